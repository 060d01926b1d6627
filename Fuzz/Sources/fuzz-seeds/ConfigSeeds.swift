enum ConfigSeeds {
  static let files: [(String, String)] = [
    ("proxy", proxy),
    ("routes", routes),
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

  /// One of each: conditions, what is done, choices among clusters and hosts.
  private static let routes = """
    {
      "servers": [{
        "default_log_path": "stdout",
        "listeners": [{
          "name": "l", "address": "127.0.0.1:2045", "bind_port": true, "connection_idle_timeout": "90s",
          "filter_chains": [{ "filters": [{ "type": "proxy", "config": {
            "downstream_protocol": "Auto", "upstream_protocol": "SofaRpc",
            "virtual_hosts": [
              { "name": "a", "domains": ["*.example.com", "127.0.0.1:2045"], "routers": [
                { "match": { "prefix": "/a" }, "redirect": { "response_code": 302, "path_redirect": "/b" } },
                { "match": { "path": "/b" }, "direct_response": { "status": 403, "body": "no" } },
                { "match": { "regex": "/c.*" }, "route": { "cluster_name": "one", "prefix_rewrite": "/d" } },
                { "match": { "prefix": "/" }, "route": { "cluster_name": "one", "host_rewrite": "h",
                  "timeout": "2s" } } ] },
              { "name": "any", "domains": ["*"], "routers": [
                { "match": { "headers": [{ "name": "service", "value": "test.*", "regex": true }] },
                  "route": { "weighted_clusters": [
                    { "cluster": { "name": "one", "weight": 20 } }, { "cluster": { "name": "two", "weight": 80,
                      "metadata_match": { "filter_metadata": { "mosn.lb": { "zone": "x" } } } } } ],
                    "retry_policy": { "retry_on": true, "num_retries": 3, "status_codes": [503] } } },
                { "match": { "headers": [{ "name": "service", "value": ".*" }] },
                  "route": { "cluster_name": "two" } } ] } ]
          } }] }]
        }]
      }],
      "cluster_manager": { "clusters": [
        { "name": "one", "type": "SIMPLE", "lb_type": "LB_ROUNDROBIN", "connect_timeout": "1s",
          "max_request_per_conn": 2, "idle_timeout": "5s",
          "circuit_breakers": [{ "max_connections": 1, "max_pending_requests": 1, "max_requests": 2 }],
          "hosts": [{ "address": "127.0.0.1:8080", "weight": 1 }, { "address": "[::1]:8081", "weight": 100 }] },
        { "name": "two", "type": "SIMPLE", "lb_type": "LB_WEIGHTED_ROUNDROBIN",
          "lb_subset_config": { "fall_back_policy": 2, "default_subset": { "zone": "y" },
            "subset_selectors": [["zone"]] },
          "hosts": [
            { "address": "127.0.0.1:8082", "weight": 3,
              "metadata": { "filter_metadata": { "mosn.lb": { "zone": "x" } } } },
            { "address": "127.0.0.1:8083", "weight": 1,
              "metadata": { "filter_metadata": { "mosn.lb": { "zone": "y" } } } } ] }
      ] }
    }
    """
}
