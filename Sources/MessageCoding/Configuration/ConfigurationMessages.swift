public import CohortConfiguration
internal import CProtobufC
internal import CTrialGateProto

/// The requests of the configuration service, from bytes to the values of its rules.
public enum ConfigurationMessages {
  /// A request as far as it can be read.
  public struct Reading: Sendable, Hashable {
    /// What is asked for; nil where too little of it can be read.
    public var request: ConfigurationRequest?
    /// The fields whose form is wrong.
    public var violations: [FieldViolation]
    /// The request as this version encodes it: the same for every way in which a client may write it.
    public var canonicalBytes: [UInt8]
  }

  /// Reads a request of a method.
  ///
  /// - Throws: `MessageError.bytes` for what is no such message.
  public static func request(
    _ bytes: Span<UInt8>, of method: ConfigurationMethod
  ) throws(MessageError) -> Reading {
    do throws(DecodingFailure<FormError>) {
      return try bytes.withUnsafeBytes { buffer throws(DecodingFailure<FormError>) in
        try read(buffer, method)
      }
    } catch {
      throw error.message
    }
  }

  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ method: ConfigurationMethod
  ) throws(DecodingFailure<FormError>) -> Reading {
    switch method {
    case .getTrial, .getProtocolVersion, .getSite, .getSiteRevision, .getActivation, .getCohort,
      .validateProtocolVersion, .compareVersions, .watchConfiguration:
      try readOne(bytes, method)
    case .listTrials, .listProtocolVersions, .listSites, .listSiteRevisions, .listActivations,
      .listCohorts, .listAuditEntries, .exportAuditEntries:
      try readList(bytes, method)
    case .createTrial, .updateTrial, .createSite, .updateSite, .createSiteRevision,
      .createActivation, .updateCohort:
      try readOperation(bytes, method)
    case .createProtocolVersion, .updateProtocolVersion, .approveProtocolVersion,
      .supersedeProtocolVersion:
      try readVersion(bytes, method)
    case .simulateChange: Reading(request: nil, violations: [], canonicalBytes: [])
    }
  }

  /// Decodes a message and reads it, whatever is wrong with its fields.
  static func decode<Message>(
    _ bytes: UnsafeRawBufferPointer, _ empty: Message,
    _ initialise: (UnsafeMutablePointer<Message>?) -> Void,
    _ base: (Message) -> ProtobufCMessage,
    _ read: (inout FormReader, Message) -> ConfigurationRequest?
  ) throws(DecodingFailure<FormError>) -> Reading {
    let descriptor = Descriptors.of(empty, initialise, base)
    return try WireMessage.decode(bytes, as: descriptor, Message.self) {
      message throws(FormError) in
      var reader = FormReader()
      let request = read(&reader, message.pointee)
      // What this version does not know would be lost without a word.
      if UnknownFields.occur(in: UnsafeRawPointer(message), descriptor) {
        reader.report(
          "", "UNKNOWN_FIELDS", "the request has fields that this version does not know")
      }
      return Reading(
        request: request, violations: reader.violations,
        canonicalBytes: WireMessage.encode(UnsafeRawPointer(message)))
    }
  }
}

/// Fields that the contract of this version does not have.
enum UnknownFields {
  /// Whether there are any in a message or in what it holds. The contract has no message that contains itself,
  /// so the depth is that of the contract.
  static func occur(
    in message: UnsafeRawPointer, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> Bool {
    if message.assumingMemoryBound(to: ProtobufCMessage.self).pointee.n_unknown_fields > 0 {
      return true
    }
    guard let fields = descriptor.pointee.fields else { return false }
    for index in 0..<Int(descriptor.pointee.n_fields) {
      let field = fields[index]
      guard field.type == PROTOBUF_C_TYPE_MESSAGE, let raw = field.descriptor else { continue }
      let type = raw.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
      let place = message + Int(field.offset)
      let quantifier = message + Int(field.quantifier_offset)
      if field.label == PROTOBUF_C_LABEL_REPEATED {
        let count = quantifier.load(as: Int.self)
        guard count > 0, let list = place.load(as: UnsafeRawPointer?.self) else { continue }
        let elements = list.assumingMemoryBound(to: UnsafeRawPointer?.self)
        for position in 0..<count {
          if let element = elements[position], occur(in: element, type) { return true }
        }
      } else if field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) == 0
        || quantifier.load(as: UInt32.self) == field.id,
        let part = place.load(as: UnsafeRawPointer?.self), occur(in: part, type)
      {
        return true
      }
    }
    return false
  }
}
