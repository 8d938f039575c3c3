internal import CTrialGateResources

/// What the binary carries: the contract's descriptor set and the built-in protocol definitions.
public enum EmbeddedResources {
  /// A built-in definition.
  public struct Definition: Sendable, Hashable {
    /// Name of its file without the ending: the trial's id.
    public let name: String
    /// The YAML text.
    public let text: String
  }

  /// The contract as google.protobuf.FileDescriptorSet, without source comments.
  public static var descriptorSet: [UInt8] {
    guard let bytes = trialgate_descriptor_set() else { return [] }
    return Array(UnsafeBufferPointer(start: bytes, count: trialgate_descriptor_set_length()))
  }

  /// The built-in definitions.
  public static var definitions: [Definition] {
    (0..<trialgate_definition_count()).compactMap { index in
      guard let name = trialgate_definition_name(index),
        let bytes = trialgate_definition_bytes(index)
      else { return nil }
      let buffer = UnsafeBufferPointer(start: bytes, count: trialgate_definition_length(index))
      return Definition(
        name: String(cString: name), text: String(decoding: buffer, as: UTF8.self))
    }
  }
}
