#!/usr/bin/env python3
"""Writes the logs of the demonstration case under examples/logs, the same bytes every time (a seeded generator).

Two access logs and one file of Windows events of an imaginary vaccine maker: mostly ordinary traffic, and in it
 - shop-01: a scanner walking through the usual paths, and some injection attempts, all refused;
 - cms-01:  the same scanner, then a request to a web shell that is not there;
 - erp-01:  a web server worker process that starts a shell.
Addresses are from the documentation ranges of RFC 5737, names end in .example.

usage: tools/make_example_logs.py [FOLDER]   (default: examples/logs)
"""
import datetime
import json
import pathlib
import random
import sys

SEED = 20210301
SCANNER = "203.0.113.77"
BROWSERS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.190 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0.3 Safari/605.1.15",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:86.0) Gecko/20100101 Firefox/86.0",
    "Mozilla/5.0 (Linux; Android 10; SM-A205F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.181 Mobile Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
]
SHOP_PAGES = ["/", "/cart", "/catalog/syringes?page=2", "/catalog/cold-boxes", "/product/1042", "/product/1077?ref=mail",
              "/checkout", "/account/login", "/search?q=vaccine+carrier", "/contact", "/static/css/shop.css",
              "/static/js/shop.js", "/static/img/logo.png", "/favicon.ico", "/terms", "/faq?topic=returns%20and%20select"]
CMS_PAGES = ["/", "/about-us/", "/news/", "/news/2021/02/second-plant-opens/", "/careers/", "/wp-content/themes/aranya/style.css",
             "/wp-content/uploads/2021/01/plant.jpg", "/wp-includes/js/jquery/jquery.js?ver=1.12.4", "/feed/", "/investors/",
             "/wp-json/wp/v2/posts?per_page=5", "/science/trials/", "/sitemap.xml", "/robots.txt"]
SCAN_PATHS = ["/.git/config", "/.env", "/backup.zip", "/phpmyadmin/index.php", "/wp-login.php", "/administrator/", "/server-status",
              "/cgi-bin/test.cgi", "/solr/admin/info/system", "/manager/html", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
              "/owa/auth/logon.aspx", "/.aws/credentials", "/config.php.bak", "/dump.sql", "/api/jsonws/invoke"]


def apache_time(moment):
    return moment.strftime("%d/%b/%Y:%H:%M:%S +0530")


def access_line(client, moment, method, path, status, size, referer, agent):
    return f'{client} - - [{apache_time(moment)}] "{method} {path} HTTP/1.1" {status} {size} "{referer}" "{agent}"'


def ordinary(rng, pages, host, start, count, spread_hours):
    lines = []
    for _ in range(count):
        moment = start + datetime.timedelta(seconds=rng.randrange(spread_hours * 3600))
        client = f"{rng.choice(['198.51.100', '192.0.2'])}.{rng.randrange(1, 255)}"
        page = rng.choice(pages)
        method = "POST" if page in ("/cart", "/checkout", "/account/login") and rng.random() < 0.6 else "GET"
        status = rng.choices([200, 304, 302, 404], [86, 9, 3, 2])[0]
        referer = rng.choice(["-", f"https://{host}/", "https://www.search.example/"])
        lines.append((moment, access_line(client, moment, method, page, status, rng.randrange(180, 48000), referer, rng.choice(BROWSERS))))
    return lines


def scan(rng, start, requests):
    lines = []
    moment = start
    for method, path, status, agent in requests:
        moment += datetime.timedelta(seconds=rng.randrange(1, 4))
        lines.append((moment, access_line(SCANNER, moment, method, path, status, rng.randrange(150, 600), "-", agent)))
    return lines


def write_access_log(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines.sort(key=lambda pair: pair[0])
    path.write_text("".join(line + "\n" for _, line in lines), encoding="utf-8", newline="\n")


def shop_log(rng):
    start = datetime.datetime(2021, 2, 26, 6, 0, 0)
    lines = ordinary(rng, SHOP_PAGES, "shop.aranya.example", start, 1150, 60)
    nikto = "Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:Port Check)"
    requests = [("GET", path, 404, nikto) for path in SCAN_PATHS]
    requests += [
        ("GET", "/product/1042%20UNION%20SELECT%20user,password%20FROM%20admin_user--", 403, "sqlmap/1.4.12#stable (http://sqlmap.org)"),
        ("GET", "/search?q=1%27%20OR%20%271%27=%271", 403, "sqlmap/1.4.12#stable (http://sqlmap.org)"),
        ("GET", "/static/../../../../etc/passwd", 400, nikto),
        ("GET", "/static/..%2f..%2f..%2f..%2fetc%2fpasswd", 400, nikto),
    ]
    lines += scan(rng, datetime.datetime(2021, 2, 27, 2, 41, 7), requests)
    return lines


def cms_log(rng):
    start = datetime.datetime(2021, 2, 26, 6, 0, 0)
    lines = ordinary(rng, CMS_PAGES, "www.aranya.example", start, 620, 60)
    plain = "python-requests/2.25.1"
    requests = [("GET", path, 404, plain) for path in ("/.git/HEAD", "/wp-config.php.bak", "/xmlrpc.php", "/readme.html")]
    requests += [("POST", "/wp-login.php", 200, plain)] * 14
    requests += [
        ("GET", "/wp-content/plugins/wp-file-manager/readme.txt", 200, plain),
        ("POST", "/wp-content/plugins/wp-file-manager/lib/php/connector.minimal.php", 403, plain),
        ("GET", "/wp-content/plugins/wp-file-manager/lib/files/shell.php?cmd=whoami", 404, plain),
    ]
    lines += scan(rng, datetime.datetime(2021, 2, 27, 3, 12, 40), requests)
    return lines


def windows_event(provider, guid, event_id, channel, record, moment, data, version=5, level=4, task=None):
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond:06d}Z"
    system = {
        "Provider": {"#attributes": {"Name": provider, "Guid": guid}},
        "EventID": event_id, "Version": version, "Level": level, "Task": task if task is not None else event_id, "Opcode": 0,
        "Keywords": "0x8000000000000000", "TimeCreated": {"#attributes": {"SystemTime": stamp}}, "EventRecordID": record,
        "Correlation": None, "Execution": {"#attributes": {"ProcessID": 2804, "ThreadID": 3916}},
        "Channel": channel, "Computer": "ERP-01.aranya.example", "Security": {"#attributes": {"UserID": "S-1-5-18"}},
    }
    return {"Event": {"#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"}, "System": system, "EventData": data}}


def process_event(rng, record, moment, image, command, parent, parent_command, user):
    pid, ppid = rng.randrange(800, 9000), rng.randrange(400, 9000)
    name = image.rsplit("\\", 1)[1]
    return windows_event(
        "Microsoft-Windows-Sysmon", "5770385F-C22A-43E0-BF4C-06F5698FFBD9", 1, "Microsoft-Windows-Sysmon/Operational", record, moment,
        {"RuleName": "-", "UtcTime": moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}",
         "ProcessGuid": f"{{A98268C1-{rng.randrange(16**4):04X}-603A-{rng.randrange(16**4):04X}-000000000900}}", "ProcessId": pid,
         "Image": image, "FileVersion": "10.0.17763.1697", "Description": name, "Product": "Microsoft Windows Operating System",
         "Company": "Microsoft Corporation", "OriginalFileName": name, "CommandLine": command,
         "CurrentDirectory": "C:\\Windows\\system32\\", "User": user,
         "LogonGuid": f"{{A98268C1-{rng.randrange(16**4):04X}-603A-E703-000000000000}}", "LogonId": "0x3e7", "TerminalSessionId": 0,
         "IntegrityLevel": "System" if "SYSTEM" in user else "Medium",
         "Hashes": f"SHA256={rng.randrange(16**64):064X}", "ParentProcessGuid": "{A98268C1-0000-603A-0000-000000000900}",
         "ParentProcessId": ppid, "ParentImage": parent, "ParentCommandLine": parent_command})


def windows_log(rng):
    events = []
    start = datetime.datetime(2021, 2, 26, 20, 0, 0)
    sys32 = "C:\\Windows\\System32\\"
    services = sys32 + "services.exe"
    explorer = "C:\\Windows\\explorer.exe"
    ordinary_processes = [
        (sys32 + "svchost.exe", sys32 + "svchost.exe -k netsvcs -p -s Schedule", services, services, "NT AUTHORITY\\SYSTEM"),
        (sys32 + "svchost.exe", sys32 + "svchost.exe -k LocalService -p", services, services, "NT AUTHORITY\\LOCAL SERVICE"),
        (sys32 + "taskhostw.exe", "taskhostw.exe", sys32 + "svchost.exe", "svchost.exe -k netsvcs", "NT AUTHORITY\\SYSTEM"),
        (sys32 + "backgroundTaskHost.exe", '"' + sys32 + 'backgroundTaskHost.exe" -ServerName:App', sys32 + "svchost.exe", "svchost.exe -k DcomLaunch", "ARANYA\\r.nair"),
        ("C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe", '"msedge.exe" --profile-directory=Default', explorer, explorer, "ARANYA\\r.nair"),
        ("C:\\Program Files\\ColdChain\\tracker.exe", '"C:\\Program Files\\ColdChain\\tracker.exe" /sync', services, services, "ARANYA\\svc-coldchain"),
        ("C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE", '"EXCEL.EXE" "D:\\plans\\batch-release.xlsx"', explorer, explorer, "ARANYA\\r.nair"),
        ("C:\\Windows\\System32\\inetsrv\\w3wp.exe", 'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "ColdChainPool" -v "v4.0"', sys32 + "svchost.exe", "svchost.exe -k iissvcs", "IIS APPPOOL\\ColdChainPool"),
    ]
    moments = sorted(start + datetime.timedelta(microseconds=rng.randrange(11 * 3600 * 10**6)) for _ in range(128))
    for moment in moments:
        if rng.random() < 0.55:
            events.append((moment, lambda record, at, p=rng.choice(ordinary_processes): process_event(rng, record, at, *p)))
        else:
            user = rng.choice(["r.nair", "s.iyer", "svc-coldchain", "ERP-01$"])
            events.append((moment, lambda record, at, u=user: windows_event(
                "Microsoft-Windows-Security-Auditing", "54849625-5478-4994-A5BA-3E3B0328C30D", 4624, "Security", record, at,
                {"SubjectUserSid": "S-1-5-18", "SubjectUserName": "ERP-01$", "SubjectDomainName": "ARANYA", "SubjectLogonId": "0x3e7",
                 "TargetUserSid": "S-1-5-21-1004336348-1177238915-682003330-1104", "TargetUserName": u, "TargetDomainName": "ARANYA",
                 "TargetLogonId": f"0x{rng.randrange(16**6):x}", "LogonType": rng.choice([3, 5]), "LogonProcessName": "Kerberos",
                 "AuthenticationPackageName": "Kerberos", "WorkstationName": "-", "LogonGuid": "{00000000-0000-0000-0000-000000000000}",
                 "TransmittedServices": "-", "LmPackageName": "-", "KeyLength": 0, "ProcessId": "0x0", "ProcessName": "-",
                 "IpAddress": f"192.0.2.{rng.randrange(10, 60)}", "IpPort": rng.randrange(49152, 65000), "ImpersonationLevel": "%%1833"},
                version=2, level=0, task=12544)))
    worker = "C:\\Windows\\System32\\inetsrv\\w3wp.exe"
    worker_command = 'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "ColdChainPool" -v "v4.0"'
    pool = "IIS APPPOOL\\ColdChainPool"
    attack = datetime.datetime(2021, 2, 26, 22, 3, 11, 412000)
    for seconds, image, command, parent, parent_command in (
            (0, sys32 + "cmd.exe", '"cmd.exe" /c whoami', worker, worker_command),
            (1, sys32 + "whoami.exe", "whoami", sys32 + "cmd.exe", '"cmd.exe" /c whoami'),
            (48, sys32 + "cmd.exe", '"cmd.exe" /c ipconfig /all', worker, worker_command)):
        at = attack + datetime.timedelta(seconds=seconds)
        events.append((at, lambda record, when, i=image, c=command, p=parent, pc=parent_command: process_event(rng, record, when, i, c, p, pc, pool)))
    events.sort(key=lambda pair: pair[0])
    return [make(48210 + i, moment) for i, (moment, make) in enumerate(events)]


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "examples/logs")
    rng = random.Random(SEED)
    write_access_log(folder / "shop-01" / "access.log", shop_log(rng))
    write_access_log(folder / "cms-01" / "access.log", cms_log(rng))
    path = folder / "erp-01" / "windows.ndjson"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(event, separators=(",", ":")) + "\n" for event in windows_log(rng)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
