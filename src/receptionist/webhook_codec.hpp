// The part of a profile about webhooks, read from YAML.
#pragma once

#include "receptionist/webhook.hpp"
#include "receptionist/yaml_codec.hpp"

namespace ringbridge::receptionist {

/// All of the section, which `value` is, but `detail`.
Webhook read_webhook(Section& section, const Value& value);

}  // namespace ringbridge::receptionist
