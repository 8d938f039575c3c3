public import CohortConfiguration

/// The answers of `WatchConfiguration`, behind some free space.
public enum WatchMessages {
  // WatchConfigurationResponse: resume_token 1, resource 2, state_end 3, change 4, heartbeat 5.

  /// A resource of the state.
  public static func resource(_ result: ConfigurationResult, headroom: Int) -> [UInt8] {
    response(token: "", field: 2, watched(result), headroom)
  }

  /// The end of the state.
  public static func stateEnd(sequence: Int64, token: String, headroom: Int) -> [UInt8] {
    var content: [UInt8] = []
    if sequence > 0 {
      content.append(1 << 3)
      var rest = UInt64(clamping: sequence)
      while rest >= 0x80 {
        content.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      content.append(UInt8(rest))
    }
    return response(token: token, field: 3, content, headroom)
  }

  /// A change, with the resources that are still as it left them.
  public static func change(
    _ entry: AuditEntry, hash: String, _ resources: [ConfigurationResult], token: String,
    headroom: Int
  ) -> [UInt8] {
    var content: [UInt8] = []
    DescriptionMessages.append(
      ConfigurationMessages.bytes(of: entry, hash: hash), asField: 1, to: &content)
    for resource in resources {
      DescriptionMessages.append(watched(resource), asField: 2, to: &content)
    }
    return response(token: token, field: 4, content, headroom)
  }

  /// A sign of life.
  ///
  /// - Parameter time: in milliseconds since 1970.
  public static func heartbeat(time: Int64, token: String, headroom: Int) -> [UInt8] {
    var content: [UInt8] = []
    DescriptionMessages.append(Array(ConfigurationTime.text(time).utf8), asField: 1, to: &content)
    return response(token: token, field: 5, content, headroom)
  }

  private static func response(
    token: String, field: UInt8, _ content: [UInt8], _ headroom: Int
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: headroom)
    if !token.isEmpty { DescriptionMessages.append(Array(token.utf8), asField: 1, to: &bytes) }
    DescriptionMessages.append(content, asField: field, to: &bytes)
    return bytes
  }

  /// A `WatchedResource`.
  private static func watched(_ result: ConfigurationResult) -> [UInt8] {
    var result = result
    let field: UInt8
    switch result {
    case .trial: field = 1
    case .version(let held):
      field = 2
      result = .version(held.withoutDefinition)
    case .site: field = 3
    case .siteRevision: field = 4
    case .activation: field = 5
    case .cohort: field = 6
    }
    var bytes: [UInt8] = []
    DescriptionMessages.append(
      ConfigurationMessages.bytes(of: result), asField: field, to: &bytes)
    return bytes
  }
}
