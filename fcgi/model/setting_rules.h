#ifndef MODEL_SETTING_RULES_H
#define MODEL_SETTING_RULES_H

/* setting_rules: what a value of an executor's or a processor's setting must be. Each is called for
 * values that are not empty; ERR_INVALID names `field`. */

#include "core/ctx.h"

typedef enum err setting_rule(struct ctx *c, const char *field, const char *value);

setting_rule setting_amqp_url, setting_attributes, setting_base64, setting_brokers, setting_byte,
    setting_codes, setting_command, setting_duration, setting_env, setting_flag, setting_grpc_url,
    setting_headers, setting_mechanism, setting_memory, setting_method, setting_number,
    setting_path, setting_payload, setting_regex, setting_seconds, setting_switch, setting_url,
    setting_user;

#endif
