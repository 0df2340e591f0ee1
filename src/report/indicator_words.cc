#include "report/indicator_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tocsin::report {

namespace {

using std::string_view;

constexpr auto kSchemes = std::to_array<std::pair<string_view, string_view>>({{"http", "http"},
                                                                              {"https", "https"},
                                                                              {"hxxp", "http"},
                                                                              {"hxxps", "https"},
                                                                              {"hxtp", "http"},
                                                                              {"hxtps", "https"},
                                                                              {"htxp", "http"},
                                                                              {"htxps", "https"},
                                                                              {"meow", "http"},
                                                                              {"meows", "https"},
                                                                              {"h__p", "http"},
                                                                              {"h__ps", "https"},
                                                                              {"h**p", "http"},
                                                                              {"h**ps", "https"},
                                                                              {"hxp", "http"},
                                                                              {"hxps", "https"},
                                                                              {"xxxx", "http"},
                                                                              {"xxxxs", "https"},
                                                                              {"hhxp", "http"},
                                                                              {"hhxps", "https"},
                                                                              {"ftp", "ftp"},
                                                                              {"fxp", "ftp"},
                                                                              {"fxps", "ftps"},
                                                                              {"ftps", "ftps"},
                                                                              {"sftp", "sftp"},
                                                                              {"tcp", "tcp"},
                                                                              {"udp", "udp"},
                                                                              {"ws", "ws"},
                                                                              {"wss", "wss"},
                                                                              {"ldap", "ldap"},
                                                                              {"ldaps", "ldaps"},
                                                                              {"rmi", "rmi"},
                                                                              {"smb", "smb"},
                                                                              {"ssh", "ssh"},
                                                                              {"telnet", "telnet"},
                                                                              {"rdp", "rdp"},
                                                                              {"stratum+tcp", "stratum+tcp"}});

constexpr auto kExtensions = std::to_array<string_view>(
    {"7z",   "ace", "apk",  "app",   "ashx", "asmx", "asp",  "aspx", "bat",  "bin",  "bmp",   "bz2",  "c",     "cab",
     "cfg",  "cgi", "chm",  "class", "cmd",  "cpl",  "cpp",  "cs",   "css",  "csv",  "dat",   "db",   "deb",   "dll",
     "dmg",  "doc", "docm", "docx",  "dot",  "dotm", "drv",  "elf",  "eml",  "exe",  "gif",   "go",   "gz",    "h",
     "hta",  "htm", "html", "hwp",   "ico",  "img",  "inf",  "ini",  "iqy",  "iso",  "jar",   "java", "jpeg",  "jpg",
     "js",   "jse", "json", "jsp",   "jspx", "lnk",  "log",  "lua",  "md",   "mov",  "msc",   "msg",  "msi",   "msp",
     "mp3",  "mp4", "ocx",  "odt",   "one",  "pdb",  "pdf",  "php",  "pif",  "pl",   "plist", "pm",   "png",   "ppam",
     "pps",  "ppt", "pptm", "pptx",  "ps",   "ps1",  "psd1", "psm1", "py",   "pyc",  "rar",   "rb",   "reg",   "rpm",
     "rs",   "rtf", "scr",  "sct",   "sh",   "slk",  "so",   "sql",  "svg",  "swf",  "sys",   "tar",  "tgz",   "tmp",
     "ts",   "txt", "url",  "vb",    "vba",  "vbe",  "vbs",  "vhd",  "vhdx", "war",  "wll",   "wsf",  "xhtml", "xla",
     "xlam", "xll", "xls",  "xlsb",  "xlsm", "xlsx", "xml",  "xsl",  "xz",   "yaml", "yar",   "yml",  "zip",   "zst"});

constexpr auto kAmbiguous = std::to_array<string_view>({"cab", "md", "mov", "pl", "pm", "ps", "py", "rs", "sh", "zip"});

constexpr auto kCommon = std::to_array<string_view>(
    {"com",     "net",       "org",      "info",    "biz",     "edu",   "gov",      "mil",     "int",      "arpa",
     "aero",    "xyz",       "top",      "club",    "online",  "site",  "icu",      "shop",    "live",     "space",
     "website", "tech",      "store",    "app",     "dev",     "cloud", "pro",      "vip",     "wang",     "win",
     "bid",     "loan",      "work",     "fun",     "host",    "press", "review",   "stream",  "download", "trade",
     "science", "party",     "click",    "link",    "rest",    "buzz",  "cyou",     "monster", "digital",  "agency",
     "email",   "network",   "services", "support", "systems", "world", "today",    "news",    "group",    "ltd",
     "company", "solutions", "bank",     "mobi",    "asia",    "onion", "xn--p1ai", "cfd",     "sbs",      "quest",
     "beauty",  "hair",      "autos",    "lol",     "rocks",   "guru",  "expert",   "center",  "finance",  "health",
     "social",  "media",     "zone",     "city",    "life",    "ninja", "porn",     "ru"});

constexpr auto kProducts = std::to_array<string_view>({"asp.net", "vb.net", "ado.net", "ml.net", "node.js", "next.js",
                                                       "vue.js", "d3.js", "three.js", "socket.io", "paint.net",
                                                       "json.net", "system.net", "microsoft.net", "electron.js"});

constexpr auto kVersionWords = std::to_array<string_view>(
    {"version", "versions", "ver",       "v",      "release", "releases", "build",  "section", "sections",
     "chapter", "clause",   "firmware",  "update", "rev",     "revision", "chrome", "firefox", "edge",
     "safari",  "opera",    "chromium",  "driver", "patch",   "software", "before", "through", "prior",
     "upgrade", "article",  "paragraph", "figure", "oid",     "版本",     "版"});

constexpr auto kPartWords = std::to_array<string_view>(
    {"part", "number", "model", "serial", "item", "flight", "room", "no", "no.", "sku", "product", "terminal"});

constexpr auto kUnixRoots = std::to_array<string_view>(
    {"Applications", "Library", "System", "Users", "Volumes", "bin", "boot",    "data", "dev",  "etc",
     "home",         "lib",     "lib64",  "media", "mnt",     "opt", "private", "proc", "root", "run",
     "sbin",         "sdcard",  "srv",    "sys",   "system",  "tmp", "usr",     "var"});

template <std::size_t N>
bool has(const std::array<string_view, N>& list, string_view word) {
  return std::ranges::find(list, word) != list.end();
}

}  // namespace

string_view meant_scheme(string_view written) {
  const auto found = std::ranges::find(kSchemes, written, &std::pair<string_view, string_view>::first);
  return found == kSchemes.end() ? string_view() : found->second;
}
bool is_file_extension(string_view extension) { return has(kExtensions, extension); }
bool is_ambiguous_extension(string_view extension) { return has(kAmbiguous, extension); }
bool is_common_suffix(string_view suffix) { return suffix.size() == 2 || has(kCommon, suffix); }
bool is_product_name(string_view token) { return has(kProducts, token); }
bool is_version_word(string_view word) { return has(kVersionWords, word); }
bool is_part_word(string_view word) { return has(kPartWords, word); }
bool is_unix_root(string_view folder) { return has(kUnixRoots, folder); }

}  // namespace tocsin::report
