#include "report/charset.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

struct Bom {
  std::string_view bytes;
  std::string_view charset;
};
// UTF-32LE begins with the BOM of UTF-16LE, so it is asked first.
constexpr auto kBoms = std::to_array<Bom>({{std::string_view("\xFF\xFE\0\0", 4), "UTF-32LE"},
                                           {std::string_view("\0\0\xFE\xFF", 4), "UTF-32BE"},
                                           {"\xEF\xBB\xBF", "UTF-8"},
                                           {"\xFF\xFE", "UTF-16LE"},
                                           {"\xFE\xFF", "UTF-16BE"}});

constexpr std::size_t kSample = 65536;

unsigned char byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

/// UTF-16 without a BOM: nearly all zero bytes stand on one side of the pairs.
std::string_view guess_utf16(std::string_view bytes) {
  std::array<std::size_t, 2> zeros{};
  const std::size_t size = std::min(bytes.size(), kSample);
  for (std::size_t at = 0; at < size; ++at) {
    if (bytes[at] == '\0') ++zeros[at & 1];
  }
  const std::size_t pairs = size / 2;
  if (pairs < 4) return {};
  if (zeros[1] * 10 > pairs * 4 && zeros[0] * 50 < pairs) return "UTF-16LE";
  if (zeros[0] * 10 > pairs * 4 && zeros[1] * 50 < pairs) return "UTF-16BE";
  return {};
}

bool is_binary(std::string_view bytes) {
  std::size_t control = 0;
  const std::string_view sample = bytes.substr(0, kSample);
  for (const char c : sample) {
    const auto value = static_cast<unsigned char>(c);
    if (value < 0x20 && value != '\t' && value != '\n' && value != '\r' && value != '\f' && value != 0x1B) ++control;
  }
  return control * 100 > sample.size();
}

/// Chinese text in GBK: high bytes come in pairs, and most pairs are common characters (GB 2312 rows 16 to 55).
bool looks_like_gbk(std::string_view bytes) {
  std::size_t pairs = 0;
  std::size_t common = 0;
  const std::size_t size = std::min(bytes.size(), kSample);
  for (std::size_t at = 0; at < size; ++at) {
    const unsigned char lead = byte_at(bytes, at);
    if (lead < 0x80) continue;
    if (at + 1 >= size) break;
    const unsigned char trail = byte_at(bytes, at + 1);
    if (lead == 0x80 || lead == 0xFF || trail < 0x40 || trail == 0x7F || trail == 0xFF) return false;
    ++pairs;
    if (lead >= 0xA1 && lead <= 0xD7 && trail >= 0xA1) ++common;
    ++at;
  }
  return pairs >= 4 && common * 10 >= pairs * 8;
}

DecodedText decode_utf8_text(std::string_view bytes, std::size_t skip) {
  DecodedText decoded;
  decoded.charset = "UTF-8";
  const std::string_view body = bytes.substr(skip);
  if (!find_invalid_utf8(body)) {
    decoded.text = std::string(body);
    if (skip != 0) {
      decoded.same = false;
      decoded.map.append_same(0, skip, body.size());
    }
    return decoded;
  }
  decoded.same = false;
  decoded.text.reserve(body.size());
  for (std::size_t at = 0; at < body.size();) {
    if (byte_at(body, at) < 0x80) {
      decoded.map.append_same(decoded.text.size(), skip + at, 1);
      decoded.text.push_back(body[at++]);
      continue;
    }
    const std::size_t begin = at;
    const std::size_t text_begin = decoded.text.size();
    append_utf8(decoded.text, tocsin::decode_utf8(body, at));
    const std::size_t made = decoded.text.size() - text_begin;
    if (made == at - begin) {
      decoded.map.append_same(text_begin, skip + begin, made);
    } else {
      decoded.map.append_whole(text_begin, made, skip + begin, at - begin);
    }
  }
  return decoded;
}

Result<DecodedText> decode_with_icu(std::string_view bytes, std::size_t skip, const std::string& charset,
                                    const std::string& source) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(ucnv_open(charset.c_str(), &status), &ucnv_close);
  if (U_FAILURE(status) != 0) {
    return fail(ErrorCode::unsupported, "unknown charset '" + charset + "'", {.source = source});
  }
  DecodedText decoded;
  decoded.charset = charset;
  decoded.same = false;
  decoded.text.reserve(bytes.size());
  const char* at = bytes.data() + skip;
  const char* const end = bytes.data() + bytes.size();
  while (at < end) {
    const char* const begin = at;
    status = U_ZERO_ERROR;
    UChar32 code_point = ucnv_getNextUChar(converter.get(), &at, end, &status);
    if (status == U_INDEX_OUTOFBOUNDS_ERROR && at == begin) break;
    if (U_FAILURE(status) != 0) {
      code_point = 0xFFFD;
      if (at == begin) ++at;
    }
    const auto from = static_cast<std::uint64_t>(begin - bytes.data());
    const auto taken = static_cast<std::uint64_t>(at - begin);
    const std::size_t text_begin = decoded.text.size();
    append_utf8(decoded.text, static_cast<char32_t>(code_point));
    const std::size_t made = decoded.text.size() - text_begin;
    if (made == 1) {
      decoded.map.append_strided(text_begin, from, 1, static_cast<std::uint32_t>(taken));
    } else {
      decoded.map.append_whole(text_begin, made, from, taken);
    }
  }
  return decoded;
}

}  // namespace

Result<DecodedText> decode_text(std::string_view bytes, std::string_view declared, const std::string& source) {
  for (const Bom& bom : kBoms) {
    if (!bytes.starts_with(bom.bytes)) continue;
    if (bom.charset == "UTF-8") return decode_utf8_text(bytes, bom.bytes.size());
    return decode_with_icu(bytes, bom.bytes.size(), std::string(bom.charset), source);
  }
  if (const std::string_view utf16 = guess_utf16(bytes); !utf16.empty()) {
    return decode_with_icu(bytes, 0, std::string(utf16), source);
  }
  if (is_binary(bytes)) {
    return fail(ErrorCode::syntax, "binary data, not text", {.source = source},
                "text, HTML and PDF documents are read");
  }
  // A declaration of UTF-16 that was readable as ASCII is wrong (WHATWG HTML §13.2.3.2); UTF-8 that is valid wins.
  const bool declared_utf = declared.empty() || ascii_lower(declared).starts_with("utf");
  if (!find_invalid_utf8(bytes) || (declared_utf && !declared.empty())) return decode_utf8_text(bytes, 0);
  if (!declared.empty()) {
    auto decoded = decode_with_icu(bytes, 0, std::string(declared), source);
    if (decoded) return decoded;
  }
  if (looks_like_gbk(bytes)) return decode_with_icu(bytes, 0, "gb18030", source);
  // A few damaged bytes in a UTF-8 text are damage, not another charset.
  std::size_t good = 0;
  std::size_t bad = 0;
  const std::string_view sample = bytes.substr(0, kSample);
  for (std::size_t at = 0; at < sample.size();) {
    if (byte_at(sample, at) < 0x80) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    const char32_t code_point = tocsin::decode_utf8(sample, at);
    (code_point == 0xFFFD && at - begin == 1 ? bad : good) += 1;
  }
  if (good > bad * 4) return decode_utf8_text(bytes, 0);
  return decode_with_icu(bytes, 0, "windows-1252", source);
}

std::string decode_charset(std::string_view bytes, const std::string& charset) {
  if (charset == "UTF-8") return replace_invalid_utf8(bytes);
  const auto decoded = decode_with_icu(bytes, 0, charset, {});
  return decoded ? decoded->text : replace_invalid_utf8(bytes);
}

std::string declared_html_charset(std::string_view bytes) {
  const std::string head = ascii_lower(bytes.substr(0, 2048));
  constexpr std::string_view kKey = "charset=";
  std::size_t at = head.find(kKey);
  while (at != std::string::npos) {
    // Only inside a meta element.
    const std::size_t open = head.rfind('<', at);
    if (open != std::string::npos && head.compare(open, 5, "<meta") == 0) {
      at += kKey.size();
      while (at < head.size() && (head[at] == '"' || head[at] == '\'' || head[at] == ' ')) ++at;
      std::size_t end = at;
      while (end < head.size() &&
             (is_ascii_alnum(head[end]) || head[end] == '-' || head[end] == '_' || head[end] == ':'))
        ++end;
      return head.substr(at, end - at);
    }
    at = head.find(kKey, at + 1);
  }
  return {};
}

std::string guess_language(std::string_view utf8) {
  constexpr auto kEnglish = std::to_array<std::string_view>(
      {"the", "of", "and", "to", "in", "that", "is", "was", "for", "with", "on", "has", "by", "are", "from"});
  std::size_t han = 0;
  std::size_t kana = 0;
  std::size_t hangul = 0;
  std::size_t cyrillic = 0;
  std::size_t latin = 0;
  std::size_t words = 0;
  std::size_t english = 0;
  const std::string_view sample = utf8.substr(0, kSample);
  std::size_t word_begin = 0;
  for (std::size_t at = 0; at < sample.size();) {
    const std::size_t begin = at;
    const char32_t c = tocsin::decode_utf8(sample, at);
    if (c < 0x80 && is_ascii_alpha(static_cast<char>(c))) {
      ++latin;
      if (begin == 0 || !is_ascii_alpha(sample[begin - 1])) word_begin = begin;
      if (at == sample.size() || !is_ascii_alpha(sample[at])) {
        ++words;
        if (at - word_begin <= 4 &&
            std::ranges::find(kEnglish, ascii_lower(sample.substr(word_begin, at - word_begin))) != kEnglish.end()) {
          ++english;
        }
      }
    } else if (c >= 0x4E00 && c <= 0x9FFF) {
      ++han;
    } else if (c >= 0x3040 && c <= 0x30FF) {
      ++kana;
    } else if (c >= 0xAC00 && c <= 0xD7AF) {
      ++hangul;
    } else if (c >= 0x0400 && c <= 0x04FF) {
      ++cyrillic;
    }
  }
  if (kana * 5 > han && kana > 10) return "ja";
  if (hangul * 3 > latin && hangul > 10) return "ko";
  if (han * 3 > latin && han > 5) return "zh";
  if (cyrillic > latin) return "ru";
  if (english * 10 > words && english > 2) return "en";
  return {};
}

}  // namespace tocsin::report
