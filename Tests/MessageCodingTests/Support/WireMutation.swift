import CProtobufC
import TestSupport

@testable import MessageCoding

/// A message as its fields, to be changed in ways that no encoder would write.
struct WireTree {
  struct Field {
    /// As written.
    var tag: [UInt8]
    var content: Content
  }

  enum Content {
    /// A number, as written.
    case number([UInt8])
    case text([UInt8])
    case message(WireTree)
  }

  var fields: [Field] = []

  /// The fields of a message that its encoder wrote.
  init(_ bytes: ArraySlice<UInt8>, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) {
    var rest = bytes
    func varint() -> [UInt8] {
      let length = (rest.firstIndex { $0 < 0x80 } ?? rest.startIndex) - rest.startIndex + 1
      defer { rest = rest.dropFirst(length) }
      return Array(rest.prefix(length))
    }
    func value(_ bytes: [UInt8]) -> UInt64 {
      bytes.reversed().reduce(0) { $0 << 7 | UInt64($1 & 0x7F) }
    }
    while !rest.isEmpty {
      let tag = varint()
      let number = value(tag)
      guard number & 7 == 2 else {
        fields.append(Field(tag: tag, content: .number(varint())))
        continue
      }
      let length = Int(value(varint()))
      let content = rest.prefix(length)
      rest = rest.dropFirst(length)
      let field = protobuf_c_message_descriptor_get_field(descriptor, UInt32(number >> 3))
      if let field, field.pointee.type == PROTOBUF_C_TYPE_MESSAGE,
        let type = field.pointee.descriptor
      {
        let type = type.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
        fields.append(Field(tag: tag, content: .message(WireTree(content, type))))
      } else {
        fields.append(Field(tag: tag, content: .text(Array(content))))
      }
    }
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      bytes += field.tag
      switch field.content {
      case .number(let number): bytes += number
      case .text(let text): bytes += WireBytes.varint(UInt64(text.count)) + text
      case .message(let message):
        let content = message.bytes
        bytes += WireBytes.varint(UInt64(content.count)) + content
      }
    }
    return bytes
  }

  /// Changes a field of the message, or of one that it holds.
  mutating func mutate(_ generator: inout SeededGenerator) {
    guard !fields.isEmpty else {
      fields.append(Self.stray(&generator))
      return
    }
    let index = generator.number(in: 0...fields.count - 1)
    if case .message(var inner) = fields[index].content, !generator.chance(oneIn: 3) {
      inner.mutate(&generator)
      fields[index].content = .message(inner)
      return
    }
    switch generator.number(in: 0...9) {
    case 0: fields.remove(at: index)
    case 1: fields.insert(fields[index], at: index)
    case 2: fields.append(fields[index])
    case 3: fields.swapAt(index, generator.number(in: 0...fields.count - 1))
    case 4: fields.insert(Self.stray(&generator), at: index)
    case 5: fields.append(Self.stray(&generator))
    case 6: fields[index].tag = Self.longer(fields[index].tag)
    case 7: fields[index].tag[0] ^= 1 << generator.number(in: 0...6)
    case 8: fields[index].tag = fields[generator.number(in: 0...fields.count - 1)].tag
    default: fields[index].content = Self.changed(fields[index].content, &generator)
    }
  }

  private static func stray(_ generator: inout SeededGenerator) -> Field {
    let tag = WireBytes.tag(
      UInt64(generator.pick([generator.number(in: 1...16), 1_000, 536_870_911])),
      generator.chance(oneIn: 2) ? 2 : 0)
    if tag[0] & 7 == 0 {
      return Field(tag: tag, content: .number([UInt8(generator.number(in: 0...127))]))
    }
    return Field(
      tag: tag, content: .text(generator.pick([[], Array("2025-03-15".utf8), [0x08, 1]])))
  }

  /// The same number in more bytes than it needs.
  private static func longer(_ number: [UInt8]) -> [UInt8] {
    number.dropLast() + [(number.last ?? 0) | 0x80, 0]
  }

  private static func changed(
    _ content: Content, _ generator: inout SeededGenerator
  ) -> Content {
    switch content {
    case .number(let number):
      return .number(
        generator.pick([
          [0], [UInt8(generator.number(in: 0...127))], longer(number), [0xFF, 0x7F],
          [0x80, 0x80, 1],
          WireBytes.varint(UInt64.max), [0x80],
        ]))
    case .text(var text):
      let place = generator.number(in: 0...text.count)
      let byte = generator.pick([
        0, 0x2D, 0x30, 0x39, 0x7F, 0x80, 0xC3, 0xED, UInt8(generator.number(in: 0...255)),
      ])
      switch generator.number(in: 0...3) {
      case 0: text.insert(byte, at: place)
      case 1 where place < text.count: text[place] = byte
      case 2: text += [UInt8](repeating: byte, count: generator.number(in: 1...300))
      default: text = Array(text.prefix(place))
      }
      return .text(text)
    case .message: return .text([])
    }
  }
}
