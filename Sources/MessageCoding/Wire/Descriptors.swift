internal import CProtobufC
internal import CTrialGateProto

/// The descriptors of the messages that are read or written whole. A generated descriptor is a C
/// constant, of which Swift would only hand out copies; an initialised message points at the original.
enum Descriptors {
  typealias Message = UnsafePointer<ProtobufCMessageDescriptor>

  static var evaluateRequest: Message {
    of(Trialgate__V1__EvaluateRequest(), trialgate__v1__evaluate_request__init) { $0.base }
  }

  static var evaluateResponse: Message {
    of(Trialgate__V1__EvaluateResponse(), trialgate__v1__evaluate_response__init) { $0.base }
  }

  static var evaluateStreamRequest: Message {
    of(Trialgate__V1__EvaluateStreamRequest(), trialgate__v1__evaluate_stream_request__init) {
      $0.base
    }
  }

  static var protocolDefinition: Message {
    of(Trialgate__V1__ProtocolDefinition(), trialgate__v1__protocol_definition__init) { $0.base }
  }

  static var describeRequest: Message {
    of(Trialgate__V1__DescribeProtocolRequest(), trialgate__v1__describe_protocol_request__init) {
      $0.base
    }
  }

  static var text: Message {
    of(Trialgate__V1__Text(), trialgate__v1__text__init) { $0.base }
  }

  /// The descriptor of a message that its generated function initialises.
  static func of<Value>(
    _ value: Value, _ initialise: (UnsafeMutablePointer<Value>?) -> Void,
    _ base: (Value) -> ProtobufCMessage
  ) -> Message {
    var value = value
    initialise(&value)
    guard let descriptor = base(value).descriptor else {
      preconditionFailure("generated code always sets the descriptor")
    }
    return descriptor
  }
}
