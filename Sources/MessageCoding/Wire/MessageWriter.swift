internal import CProtobufC
internal import CTrialGateProto
internal import EligibilityCore

/// Builds messages of libprotobuf-c in an arena. An arena without a cap never refuses, so a message
/// that this process builds itself is always whole.
struct MessageWriter {
  let arena: Arena

  /// A message initialised by its generated function.
  func make<Message>(
    _ type: Message.Type, _ initialise: (UnsafeMutablePointer<Message>?) -> Void,
    _ fill: (inout Message) -> Void
  ) -> UnsafeMutablePointer<Message>? {
    guard let memory = arena.allocate(MemoryLayout<Message>.stride) else { return nil }
    let message = memory.bindMemory(to: Message.self, capacity: 1)
    initialise(message)
    fill(&message.pointee)
    return message
  }

  /// A text; an empty one stays what the message was initialised with.
  func set(_ field: inout UnsafeMutablePointer<CChar>!, _ text: String) {
    if !text.isEmpty, let copy = arena.copy(text) { field = copy }
  }

  /// A list of messages.
  func set<Element, Message>(
    _ field: inout UnsafeMutablePointer<UnsafeMutablePointer<Message>?>!, _ count: inout Int,
    _ elements: [Element], _ body: (Element) -> UnsafeMutablePointer<Message>?
  ) {
    guard !elements.isEmpty,
      let memory = arena.allocate(elements.count * MemoryLayout<UnsafeRawPointer>.stride)
    else { return }
    let list = memory.bindMemory(
      to: UnsafeMutablePointer<Message>?.self, capacity: elements.count)
    for (index, element) in elements.enumerated() {
      (list + index).initialize(to: body(element))
    }
    field = list
    count = elements.count
  }

  /// A list of texts.
  func set(
    _ field: inout UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!, _ count: inout Int,
    _ texts: [String]
  ) {
    set(&field, &count, texts) { arena.copy($0) }
  }
}
