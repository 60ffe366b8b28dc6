// Reading real files and the real environment.
#include "runtime/process.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ringbridge::runtime {
namespace {

TEST(ReadFile, returns_the_whole_text) {
    const auto path = std::filesystem::path{testing::TempDir()} / "ringbridge_process_test";
    std::ofstream{path} << "one\ntwo\n";
    EXPECT_EQ(read_file(path), "one\ntwo\n");
    std::ofstream{path, std::ios::trunc};
    EXPECT_EQ(read_file(path), "");
    std::filesystem::remove(path);
}

TEST(ReadFile, says_why_it_cannot) {
    EXPECT_EQ(read_file("/no/such/file").error(), "No such file or directory");
    EXPECT_EQ(read_file("/").error(), "Is a directory");
}

TEST(ProcessEnvironment, holds_what_the_process_was_given) {
    ASSERT_EQ(setenv("RINGBRIDGE_PROCESS_TEST", "a=b", 1), 0);
    EXPECT_EQ(process_environment().at("RINGBRIDGE_PROCESS_TEST"), "a=b");
}

}  // namespace
}  // namespace ringbridge::runtime
