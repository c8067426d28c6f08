#pragma once

#include "gateway/app/settings.h"
#include "gateway/base/yaml.h"

#include <filesystem>
#include <string>

namespace rollcall::app {

/// Fills the setting's member from a written value; a relative path is taken from `base`. Gives
/// what is wrong with the value ("must be a list"), or nothing; then the member is as it was or
/// holds a part.
std::string read_value(const Setting& setting, const yaml::Node& value,
                       const std::filesystem::path& base, Config& config);

}  // namespace rollcall::app
