// Events as JSON lines, for oracles that read the same file:
// {"line":…,"record":…,"unparsed":…,"fields":[[name,rank,kind,text],…]}.
//
// usage: print_events PACKS FILE…

#include <cstdio>
#include <string>

#include "base/json.h"
#include "base/unicode.h"
#include "event/reader.h"

namespace {

using tocsin::json::Value;

std::string_view kind_name(tocsin::event::TokenKind kind) {
  using tocsin::event::TokenKind;
  switch (kind) {
    case TokenKind::number:
      return "number";
    case TokenKind::boolean:
      return "boolean";
    case TokenKind::null:
      return "null";
    case TokenKind::array:
      return "array";
    default:
      return "text";
  }
}

tocsin::Status print_file(const std::string& path, tocsin::event::Schema& schema) {
  TRY(auto reader, tocsin::event::EventReader::open(path, schema));
  for (;;) {
    TRY(const auto batch, reader.next());
    if (!batch) return {};
    for (const tocsin::event::Event& event : batch->events) {
      tocsin::json::Array fields;
      std::string scratch;
      for (const tocsin::event::Slot& slot : event.slots) {
        const bool has_text = slot.kind != tocsin::event::TokenKind::null;
        const std::string text = !has_text ? "" : tocsin::replace_invalid_utf8(decode_token(slot.token(), scratch));
        fields.push_back(
            Value(tocsin::json::Array{Value(std::string(schema.name(slot.field))), Value::unsigned_integer(slot.rank),
                                      Value(std::string(kind_name(slot.kind))), Value(text)}));
      }
      tocsin::json::Object out;
      out.push_back({"line", Value::unsigned_integer(event.line)});
      out.push_back({"offset", Value::unsigned_integer(event.offset)});
      if (event.record_number) out.push_back({"record", Value::unsigned_integer(*event.record_number)});
      if (event.unparsed != nullptr) out.push_back({"unparsed", Value(std::string(event.unparsed))});
      out.push_back({"fields", Value(std::move(fields))});
      std::puts(tocsin::json::print(Value(std::move(out))).c_str());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: print_events PACKS FILE…\n", stderr);
    return 2;
  }
  const auto schema = tocsin::event::Schema::load(std::string(argv[1]) + "/event");
  if (!schema) {
    std::fprintf(stderr, "%s\n", tocsin::print_error(schema.error()).c_str());
    return 2;
  }
  for (int i = 2; i < argc; ++i) {
    if (const auto done = print_file(argv[i], **schema); !done) {
      std::fprintf(stderr, "%s\n", tocsin::print_error(done.error()).c_str());
      return 2;
    }
  }
  return 0;
}
