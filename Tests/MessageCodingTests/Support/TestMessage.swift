import CProtobufC

/// A message type that the contract does not have: it holds itself, and a field of every kind.
///
///     message Node {
///       Node child = 1; repeated Node children = 2; string text = 3; repeated uint32 packed = 4;
///       fixed32 word = 5; fixed64 long = 6; bytes raw = 7; int32 number = 8;
///       oneof choice { Node left = 9; Node right = 10; }
///       repeated string texts = 11;
///     }
enum TestMessage {
  typealias Descriptor = UnsafePointer<ProtobufCMessageDescriptor>

  static var node: Descriptor { table.descriptor }

  private static let table = Table()

  // Sendable although it holds pointers: it is filled in init and only read after that, for ever.
  private struct Table: @unchecked Sendable {
    let descriptor: Descriptor

    init() {
      let message = UnsafeMutablePointer<ProtobufCMessageDescriptor>.allocate(capacity: 1)
      let rows: [(String, ProtobufCLabel, ProtobufCType, Bool)] = [
        ("child", PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_MESSAGE, false),
        ("children", PROTOBUF_C_LABEL_REPEATED, PROTOBUF_C_TYPE_MESSAGE, false),
        ("text", PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_STRING, false),
        ("packed", PROTOBUF_C_LABEL_REPEATED, PROTOBUF_C_TYPE_UINT32, false),
        ("word", PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_FIXED32, false),
        ("long", PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_FIXED64, false),
        ("raw", PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_BYTES, false),
        ("number", PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_INT32, false),
        ("left", PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_MESSAGE, true),
        ("right", PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_MESSAGE, true),
        ("texts", PROTOBUF_C_LABEL_REPEATED, PROTOBUF_C_TYPE_STRING, false),
      ]
      let fields = UnsafeMutablePointer<ProtobufCFieldDescriptor>.allocate(capacity: rows.count)
      for (index, row) in rows.enumerated() {
        var field = ProtobufCFieldDescriptor()
        field.name = UnsafePointer(Self.copy(row.0))
        field.id = UInt32(index + 1)
        field.label = row.1
        field.type = row.2
        // Members of the choice share the place of its case; every other field has one of its own.
        field.quantifier_offset = row.3 ? 500 : UInt32(100 + 8 * index)
        field.offset = UInt32(200 + 8 * index)
        if row.2 == PROTOBUF_C_TYPE_MESSAGE { field.descriptor = UnsafeRawPointer(message) }
        if row.3 { field.flags = UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) }
        (fields + index).initialize(to: field)
      }
      let ranges = UnsafeMutablePointer<ProtobufCIntRange>.allocate(capacity: 2)
      ranges.initialize(to: ProtobufCIntRange(start_value: 1, orig_index: 0))
      (ranges + 1).initialize(
        to: ProtobufCIntRange(start_value: 0, orig_index: UInt32(rows.count)))
      var value = ProtobufCMessageDescriptor()
      value.n_fields = UInt32(rows.count)
      value.fields = UnsafePointer(fields)
      value.n_field_ranges = 1
      value.field_ranges = UnsafePointer(ranges)
      message.initialize(to: value)
      descriptor = UnsafePointer(message)
    }

    private static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
      let bytes = text.utf8CString
      let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (index, byte) in bytes.enumerated() { (memory + index).initialize(to: byte) }
      return memory
    }
  }
}
