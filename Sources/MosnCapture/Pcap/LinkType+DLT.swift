import CMosnPcap
import MosnPackets

// A file names its link type by LINKTYPE_ value, libpcap's functions by DLT_ value. They differ only where
// systems had already disagreed (https://www.tcpdump.org/linktypes.html); these are Linux' values.
private let differing: [(dlt: Int32, linkType: UInt32)] = [
  (dlt: 11, linkType: 100),  // ATM RFC 1483
  (dlt: 12, linkType: 101),  // raw IP
  (dlt: 15, linkType: 102),  // SLIP, BSD/OS
  (dlt: 16, linkType: 103),  // PPP, BSD/OS
  (dlt: 18, linkType: 246),  // pfsync
  (dlt: 19, linkType: 106),  // Linux Classical IP over ATM
]

extension LinkType {
  init(dlt: Int32) {
    let known = differing.first { $0.dlt == dlt }
    self.init(rawValue: known?.linkType ?? UInt32(truncatingIfNeeded: dlt))
  }

  /// As tcpdump names it: `EN10MB (Ethernet)`.
  public var pcapName: String {
    guard let name = pcap_datalink_val_to_name(dlt) else { return "\(rawValue)" }
    let details = pcap_datalink_val_to_description(dlt).map { " (\(String(cString: $0)))" } ?? ""
    return String(cString: name) + details
  }

  var dlt: Int32 {
    differing.first { $0.linkType == rawValue }?.dlt ?? Int32(truncatingIfNeeded: rawValue)
  }
}
