// Names of fields, parameters and headers as words, whatever the spelling: `callerPhone`,
// `caller_phone` and `caller-phone` are one.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::learn {

using Words = std::initializer_list<std::string_view>;

/// A name, and the names around it: of `$.customer.phoneNumber` the words `phone` and `number`, and
/// around them `customer`.
class Name {
  public:
    Name() = default;
    /// Of a path, or a single name.
    explicit Name(std::string_view path);

    /// One of its words; `of_all`: or of those around it.
    bool has(Words words) const { return holds(own_, words); }
    bool has_around(Words words) const { return holds(around_, words); }
    bool has_any(Words words) const { return has(words) || has_around(words); }
    /// The name as a whole, without separators, is one of these: `calledat`.
    bool is(Words names) const;
    /// It contains one of these, as in `telefonnummer` and `phonenumber`.
    bool contains(Words parts) const;
    bool contains_around(Words parts) const;

    const std::string& joined() const { return joined_; }
    std::size_t depth() const { return depth_; }  ///< names above it

  private:
    static bool holds(const std::vector<std::string>& own, Words words);

    std::vector<std::string> own_, around_;
    std::string joined_, joined_around_;
    std::size_t depth_ = 0;
};

/// The names in a path: of `$.a['b c'][0].d[*]` those are a, `b c` and d.
std::vector<std::string> names_in(std::string_view path);

/// In lower-case ASCII words: `Straße_No` gives `strasse`, `no`.
std::vector<std::string> words_of(std::string_view name);

}  // namespace ringbridge::learn
