#include "gateway/base/yaml.h"

#include "gateway/base/text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_set>
#include <utility>

namespace rollcall::yaml {
namespace {

/// Ends the parser from within an event.
struct Refused {
  Mark mark;
  std::string sentence;
};

Mark mark_of(const YAML::Mark& mark) {
  return mark.is_null() ? Mark{} : Mark{mark.line + 1, mark.column + 1};
}

[[noreturn]] void refuse(const YAML::Mark& mark, std::string sentence) {
  throw Refused{mark_of(mark), std::move(sentence)};
}

Error invalid(const Mark& mark, const std::string& sentence) {
  return {Fault::invalid_syntax,
          std::to_string(mark.line) + ":" + std::to_string(mark.column) + ": " + sentence};
}

/// Builds the tree from the parser's events, so that no alias is ever expanded and the limits hold
/// while it grows.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const Limits& limits) : limits_(limits) {}

  Node root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_anchor(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (expects_key()) refuse(mark, "a key must be text");
    place(begin(Node::Kind::null, mark, anchor));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag != "?" && tag != "!") refuse(mark, "the tag " + tag + " is not accepted");
    Node node = begin(Node::Kind::scalar, mark, anchor);
    if (expects_key()) return key(mark, value);
    node.text = value;
    node.quoted = tag == "!";
    place(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    std::optional<std::pair<std::string, Mark>> key;
    std::unordered_set<std::string> keys;
  };

  bool expects_key() const {
    return !frames_.empty() && frames_.back().node.kind == Node::Kind::mapping &&
           !frames_.back().key;
  }

  [[noreturn]] static void refuse_anchor(const YAML::Mark& mark) {
    refuse(mark, "anchors and aliases are not accepted");
  }

  Node begin(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) refuse_anchor(mark);
    if (++nodes_ > limits_.nodes) {
      refuse(mark, "more than " + std::to_string(limits_.nodes) + " values");
    }
    Node node;
    node.kind = kind;
    node.mark = mark_of(mark);
    return node;
  }

  void key(const YAML::Mark& mark, const std::string& text) {
    Frame& frame = frames_.back();
    if (!frame.keys.insert(text).second) refuse(mark, "the key \"" + text + "\" stands here twice");
    frame.key.emplace(text, mark_of(mark));
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    if (expects_key()) refuse(mark, "a key must be text");
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(mark, "the tag " + tag + " is not accepted");
    if (frames_.size() == limits_.depth) {
      refuse(mark, "nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    frames_.push_back({begin(kind, mark, anchor), std::nullopt, {}});
  }

  void close() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    place(std::move(node));
  }

  void place(Node node) {
    if (frames_.empty()) {
      root = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == Node::Kind::sequence) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    frame.node.entries.push_back({std::move(frame.key->first), frame.key->second, std::move(node)});
    frame.key.reset();
  }

  const Limits& limits_;
  std::vector<Frame> frames_;
  std::size_t nodes_ = 0;
};

/// What YAML forbids and its parser lets through; NUL would also make it guess UTF-16 or UTF-32.
std::optional<Mark> find_control_character(std::string_view text) {
  Mark mark;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f) return mark;
    mark = c == '\n' ? Mark{mark.line + 1, 1} : Mark{mark.line, mark.column + 1};
  }
  return std::nullopt;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Result<Node> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return invalid({}, "longer than " + std::to_string(limits.bytes) + " bytes");
  }
  if (!is_utf8(text)) return invalid({}, "not UTF-8");
  if (const auto mark = find_control_character(text)) return invalid(*mark, "a control character");
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(limits);
    if (!parser.HandleNextDocument(builder)) return Node{};
    Builder second(limits);
    if (parser.HandleNextDocument(second)) {
      return invalid(second.root.mark, "a second document: one file holds one");
    }
    return std::move(builder.root);
  } catch (const Refused& refused) {
    return invalid(refused.mark, refused.sentence);
  } catch (const YAML::Exception& exception) {
    return invalid(mark_of(exception.mark), exception.msg);
  }
}

}  // namespace rollcall::yaml
