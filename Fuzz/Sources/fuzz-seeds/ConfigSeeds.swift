enum ConfigSeeds {
  static let files: [(String, String)] = [
    ("proxy", proxy),
    ("empty", "{}"),
    ("comments", "// a\n{ /* b */ \"servers\": [ {} ], \"cluster_manager\": { \"clusters\": [] } }"),
  ]

  /// Bolt in, HTTP/2 out, as in the SOFARPC sample.
  private static let proxy = """
    {
      "servers": [{
        "default_log_path": "stdout", "default_log_level": "INFO", "graceful_timeout": "30s",
        "routers": [{
          "router_config_name": "router",
          "virtual_hosts": [{
            "name": "host", "domains": ["*"],
            "routers": [{
              "match": { "headers": [{ "name": "service", "value": ".*", "regex": true }] },
              "route": { "cluster_name": "cluster", "timeout": "3s",
                "retry_policy": { "retry_on": true, "retry_timeout": "1s", "num_retries": 2 } }
            }]
          }]
        }],
        "listeners": [{
          "name": "listener", "address": "127.0.0.1:2045", "bind_port": true,
          "access_logs": [{ "log_path": "a.log" }],
          "filter_chains": [{
            "tls_context": { "status": false },
            "filters": [{ "type": "proxy", "config": {
              "downstream_protocol": "X", "upstream_protocol": "Http2", "router_config_name": "router",
              "extend_config": { "sub_protocol": "bolt" } } }]
          }],
          "stream_filters": [{ "type": "fault", "config": { "delay": { "fixed_delay": "1s", "percentage": 10 } } }]
        }]
      }],
      "cluster_manager": { "clusters": [{
        "name": "cluster", "type": "SIMPLE", "lb_type": "LB_RANDOM", "max_request_per_conn": 1024,
        "health_check": { "protocol": "bolt", "timeout": "1s", "interval": "5s" },
        "hosts": [{ "address": "127.0.0.1:2046", "weight": 1 }]
      }] },
      "admin": { "address": { "socket_address": { "address": "127.0.0.1", "port_value": 34901 } } }
    }
    """
}
