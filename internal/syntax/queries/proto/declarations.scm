(message (message_name) @name (message_body) @body) @message
(enum (enum_name) @name (enum_body) @body) @enum
(service (service_name) @name "{" @opens) @service
(rpc (rpc_name) @name) @rpc
(oneof (identifier) @name "{" @opens) @oneof
