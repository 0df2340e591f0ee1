#include "event/follow.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

namespace tocsin::event {

namespace {

/// File systems of other machines tell nothing of their changes: then files are looked at this often.
constexpr int kLookAgainMs = 1000;

struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  std::uint64_t size = 0;
};

std::optional<Identity> identify(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size)};
}

void add(ReadCounts& to, const ReadCounts& from) {
  to.events += from.events;
  to.bytes += from.bytes;
  to.unparsed += from.unparsed;
  for (const auto& [reason, count] : from.unparsed_by_reason) to.unparsed_by_reason[reason] += count;
  for (const auto& [defect, count] : from.defects) to.defects[defect] += count;
}

}  // namespace

struct LogFollower::State {
  struct File {
    std::string path;
    std::optional<EventReader> reader;
    Identity identity;
    bool is_ending = false;  ///< what is left of it is being read
  };

  State(Schema& names, const ReadOptions& limits, int stop_descriptor)
      : schema(names), options(limits), stop(stop_descriptor) {
    options.is_growing = true;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (watch >= 0) ::close(watch);
  }

  /// The next events of a file, or nullopt when there are none for now.
  Result<std::optional<EventBatch>> read(File& file) {
    for (;;) {
      if (!file.reader) {
        const auto identity = identify(file.path);
        if (!identity || is_stopping) return std::nullopt;
        TRY(EventReader reader, EventReader::open(file.path, schema, options));
        file.reader.emplace(std::move(reader));
        file.identity = *identity;
        file.is_ending = false;
      }
      auto batch = file.reader->next();
      if (!batch) {
        add(done, file.reader->counts());
        file.reader.reset();
        file.identity = {};
        return batch;
      }
      if (*batch) return batch;
      if (file.is_ending) {
        add(done, file.reader->counts());
        file.reader.reset();
        continue;
      }
      const auto now = identify(file.path);
      // Whoever writes may go on writing to a file that was moved away, until there is a new one of its name.
      const bool is_other = now && (now->device != file.identity.device || now->inode != file.identity.inode);
      const bool is_cut = now && !is_other && now->size < file.reader->bytes_consumed();
      if (!is_other && !is_cut && !is_stopping) return std::nullopt;
      file.is_ending = true;
      file.reader->finish();
    }
  }

  /// Until a folder of the files changes, it is time to look again, or to end.
  void wait() {
    std::array<pollfd, 2> both = {pollfd{.fd = stop, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = watch, .events = POLLIN, .revents = 0}};
    if (::poll(both.data(), both.size(), kLookAgainMs) < 0) return;
    if (both[0].revents != 0) is_stopping = true;
    std::array<char, 4096> told;
    while (::read(watch, told.data(), told.size()) > 0) {
    }
  }

  Schema& schema;
  ReadOptions options;
  int stop;
  int watch = -1;
  std::vector<File> files;
  std::size_t turn = 0;
  bool is_stopping = false;
  ReadCounts done;  // of files that are closed
};

LogFollower::LogFollower(std::unique_ptr<State> state) : state_(std::move(state)) {}
LogFollower::LogFollower(LogFollower&&) noexcept = default;
LogFollower& LogFollower::operator=(LogFollower&&) noexcept = default;
LogFollower::~LogFollower() = default;

Result<LogFollower> LogFollower::open(std::vector<std::string> paths, Schema& schema, const ReadOptions& options,
                                      int stop) {
  auto state = std::make_unique<State>(schema, options, stop);
  state->watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (state->watch < 0) return fail(ErrorCode::io, "cannot watch files: the kernel gives no further watches");
  for (std::string& path : paths) {
    if (path == "-") return fail(ErrorCode::usage, "standard input cannot be followed", {}, "it is read as it comes");
    const std::string folder = std::filesystem::path(path).parent_path().string();
    // Without a watch the file is looked at now and then.
    ::inotify_add_watch(state->watch, folder.empty() ? "." : folder.c_str(),
                        IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE);
    state->files.push_back({.path = std::move(path), .reader = std::nullopt, .identity = {}});
  }
  return LogFollower(std::move(state));
}

Result<std::optional<EventBatch>> LogFollower::next() {
  State& state = *state_;
  for (;;) {
    const bool was_stopping = state.is_stopping;
    for (std::size_t i = 0; i < state.files.size(); ++i) {
      State::File& file = state.files[state.turn];
      state.turn = (state.turn + 1) % state.files.size();
      auto batch = state.read(file);
      if (!batch || *batch) return batch;
    }
    if (was_stopping) return std::nullopt;
    if (!state.is_stopping) state.wait();
  }
}

ReadCounts LogFollower::counts() const {
  ReadCounts out = state_->done;
  for (const State::File& file : state_->files) {
    if (file.reader) add(out, file.reader->counts());
  }
  return out;
}

}  // namespace tocsin::event
