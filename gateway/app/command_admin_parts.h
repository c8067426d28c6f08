#pragma once

#include "gateway/app/command.h"

namespace rollcall::app {

/// `admin token create|list|revoke`
void add_admin_token(CLI::App& admin, CommandContext& context);
/// `admin grant` and `admin erase`
void add_admin_people(CLI::App& admin, CommandContext& context);
/// `admin audit head|verify`
void add_admin_audit(CLI::App& admin, CommandContext& context);

}  // namespace rollcall::app
