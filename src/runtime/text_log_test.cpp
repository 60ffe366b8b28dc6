// What a log line looks like, and which lines are written.
#include "runtime/text_log.hpp"

#include "runtime/log_lines.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

namespace ringbridge::runtime {
namespace {

class StoppedClock : public Clock {
  public:
    UtcTime now() const override { return from_unix_ms(1795428000000); }
    SteadyTime steady() const override { return {}; }
    Task<> sleep_until(SteadyTime) override { co_return; }
};

class Logged {
  public:
    explicit Logged(Level least, LogFormat format, bool personal = false)
        : log{clock_, least, format, personal,
              std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)} {}

    std::string text() const { return text_.str(); }

  private:
    StoppedClock clock_;
    std::ostringstream text_;

  public:
    StderrLog log;
};

std::string text_of(Fields fields) {
    const auto line = text_line(UtcTime{}, Level::info, "e", fields);
    return line.substr(line.find(" e") + 2);
}

TEST(TextLog, writes_one_line_per_event) {
    Logged logged{Level::info, LogFormat::text};
    logged.log.info("call_parked", {{"call", "c_1"}, {"reason", "no number"}});
    logged.log.warn("quota_low");
    EXPECT_EQ(logged.text(),
              "2026-11-23T10:00:00.000Z info  call_parked call=c_1 reason=\"no number\"\n"
              "2026-11-23T10:00:00.000Z warn  quota_low\n");
}

TEST(TextLog, masks_numbers_in_sentences_unless_configured_not_to) {
    const Fields fields{{"call", "5718308515"}, {"reason", "HubSpot refused (571) 830-8515"}};
    Logged masked{Level::info, LogFormat::text};
    masked.log.info("call_parked", fields);
    EXPECT_NE(masked.text().find("call=5718308515 reason=\"HubSpot refused 571*****15\""),
              std::string::npos)
        << masked.text();
    Logged plain{Level::info, LogFormat::text, true};
    plain.log.info("call_parked", fields);
    EXPECT_NE(plain.text().find("(571) 830-8515"), std::string::npos) << plain.text();
}

TEST(TextLog, quotes_only_what_needs_it) {
    EXPECT_EQ(text_of({{"a", "plain-1/2:3"}}), " a=plain-1/2:3");
    EXPECT_EQ(text_of({{"a", ""}}), " a=\"\"");
    EXPECT_EQ(text_of({{"a", "x=y"}}), " a=\"x=y\"");
    EXPECT_EQ(text_of({{"a", "say \"hi\""}}), " a=\"say \\\"hi\\\"\"");
    EXPECT_EQ(text_of({{"a", "one\ntwo"}}), " a=\"one\\ntwo\"");
    EXPECT_EQ(text_of({{"a", "\x1b[2J"}}), " a=\"\\x1b[2J\"");
}

RC_GTEST_PROP(TextLog, no_value_can_begin_a_line, (const std::string& value)) {
    RC_ASSERT(text_of({{"a", value}}).find_first_of("\n\r") == std::string::npos);
}

TEST(JsonLog, writes_one_object_per_line) {
    Logged logged{Level::info, LogFormat::json};
    logged.log.info("call_parked", {{"call", "c_1"}, {"reason", "no\nnumber"}});
    EXPECT_EQ(logged.text(),
              R"({"ts":"2026-11-23T10:00:00.000Z","level":"info","event":"call_parked",)"
              R"("call":"c_1","reason":"no\nnumber"})"
              "\n");
}

TEST(JsonLog, takes_any_bytes_and_keeps_its_own_members) {
    const auto line = json_line(UtcTime{}, Level::error, "e", {{"event", "other"}, {"a", "\xff"}});
    const auto object = nlohmann::json::parse(line);
    EXPECT_EQ(object.at("event"), "e");
    EXPECT_EQ(object.at("event_"), "other");
    EXPECT_EQ(object.at("a"), "\xEF\xBF\xBD");
}

TEST(StderrLog, drops_what_is_below_its_level) {
    Logged logged{Level::warn, LogFormat::text};
    logged.log.write(Level::debug, "a", {});
    logged.log.info("b");
    logged.log.write(Level::error, "c", {});
    EXPECT_EQ(logged.text(), "2026-11-23T10:00:00.000Z error c\n");
}

}  // namespace
}  // namespace ringbridge::runtime
