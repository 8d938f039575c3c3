import Foundation
import Glibc
import HTTP2
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Transport

@Suite struct ConnectionRegistryTests {
  @Test func soManyAreAdmittedAndOneMoreIsNot() throws {
    let registry = ConnectionRegistry(maximum: 2)
    let channels = (0..<3).map { _ in EmbeddedChannel() }
    defer { for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) } }
    #expect(channels.map { registry.admit($0) } == [true, true, false])
    #expect(registry.count == 2 && registry.all.count == 2)
    _ = try channels[0].finish()
    #expect(registry.count == 1, "a channel that never was active leaves as well")
    #expect(registry.admit(channels[2]))
  }

  /// What was accepted before the listener was closed may have sent a call already.
  @Test func whileDrainingWhoComesIsAdmittedToDrain() throws {
    let registry = ConnectionRegistry(maximum: 2)
    let (first, second) = (EmbeddedChannel(), EmbeddedChannel())
    defer { for channel in [first, second] { _ = try? channel.finish() } }
    #expect(registry.admit(first) && !registry.isDraining)
    #expect(registry.drain().count == 1 && registry.isDraining)
    #expect(registry.admit(second) && registry.count == 2)
  }
}

@Suite struct AcceptPauseTests {
  private static func isReading(_ channel: EmbeddedChannel) -> Bool {
    let settings = channel.options.filter { $0.option is ChannelOptions.Types.AutoReadOption }
    return settings.last.map { $0.value as? Bool ?? true } ?? true
  }

  @Test func acceptingStopsForAMomentWhenItFails() throws {
    let channel = EmbeddedChannel(handler: AcceptPause())
    defer { _ = try? channel.finish() }
    channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
    #expect(!Self.isReading(channel))
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(99))
    channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
    #expect(!Self.isReading(channel))
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
    #expect(Self.isReading(channel))
    channel.pipeline.fireErrorCaught(IOError(errnoCode: ENFILE, reason: "accept"))
    #expect(!Self.isReading(channel), "and again, when it fails again")
  }
}

/// Listening and connecting over the loopback.
@Suite(.timeLimit(.minutes(2))) struct ListenerTests {
  private static func listen(
    maximumConnections: Int = 100, _ adjust: (inout TransportConfiguration) -> Void = { _ in }
  ) async throws -> Listener {
    var configuration = TransportConfiguration(threads: 1)
    configuration.maximumConnections = maximumConnections
    configuration.drainSeconds = 1
    adjust(&configuration)
    return try await Listener.listen(
      on: .tcp(host: "127.0.0.1", port: 0), configuration: configuration
    ) { _ in RecordingConsumer() }
  }

  private static func connect(to listener: Listener) async throws -> ConnectionPort {
    try await Outbound.connect(to: .tcp(host: "127.0.0.1", port: listener.port))
  }

  /// Waits until something holds; the suite's time limit ends a wait in vain.
  private static func wait(until condition: () async -> Bool) async throws {
    while !(await condition()) { try await Task.sleep(for: .milliseconds(2)) }
  }

  private static func isOpen(_ connection: ConnectionPort) async -> Bool {
    await withCheckedContinuation { continuation in
      connection.perform { continuation.resume(returning: $0 != nil) }
    }
  }

  @Test func aConnectionIsCountedWhileItIsOpen() async throws {
    let listener = try await Self.listen()
    let connections = [try await Self.connect(to: listener), try await Self.connect(to: listener)]
    try await Self.wait { listener.connectionCount == 2 }
    for connection in connections { connection.close() }
    try await Self.wait { listener.connectionCount == 0 }
    await listener.drain()
  }

  @Test func bothEndsAgree() async throws {
    let listener = try await Self.listen()
    let connection = try await Self.connect(to: listener)
    try await Self.wait {
      await withCheckedContinuation { continuation in
        connection.perform { continuation.resume(returning: $0?.session.isEstablished == true) }
      }
    }
    await listener.drain()
  }

  @Test func connectionsBeyondTheMaximumAreClosed() async throws {
    let listener = try await Self.listen(maximumConnections: 2)
    let first = try await Self.connect(to: listener)
    let second = try await Self.connect(to: listener)
    try await Self.wait { listener.connectionCount == 2 }
    let third = try await Self.connect(to: listener)
    try await Self.wait { await !Self.isOpen(third) }
    #expect(listener.connectionCount == 2)
    #expect(await Self.isOpen(first))
    second.close()
    try await Self.wait { listener.connectionCount == 1 }
    let fourth = try await Self.connect(to: listener)
    try await Self.wait { listener.connectionCount == 2 }
    #expect(await Self.isOpen(fourth))
    await listener.drain()
  }

  @Test func drainingEndsEveryConnectionAndTheListening() async throws {
    let listener = try await Self.listen()
    let connections = [try await Self.connect(to: listener), try await Self.connect(to: listener)]
    try await Self.wait { listener.connectionCount == 2 }
    let port = listener.port
    await listener.drain()
    #expect(listener.connectionCount == 0)
    for connection in connections { try await Self.wait { await !Self.isOpen(connection) } }
    await #expect(throws: TransportError.self) {
      try await Outbound.connect(to: .tcp(host: "127.0.0.1", port: port))
    }
  }

  /// A peer that says nothing, not even that it is gone, does not hold up the end.
  @Test func drainingDoesNotWaitForASilentPeer() async throws {
    let listener = try await Self.listen { $0.drainSeconds = 0 }
    let connection = try await Self.connect(to: listener)
    try await Self.wait { listener.connectionCount == 1 }
    await listener.drain()
    #expect(listener.connectionCount == 0)
    connection.close()
  }

  @Test func aTakenPortIsSaidToBeTaken() async throws {
    let listener = try await Self.listen()
    let taken = Endpoint.tcp(host: "127.0.0.1", port: listener.port)
    let error = await #expect(throws: TransportError.self) {
      try await Listener.listen(on: taken, configuration: TransportConfiguration(threads: 1)) {
        _ in RecordingConsumer()
      }
    }
    #expect(error?.description.contains("\(taken)") == true)
    await listener.drain()
  }

  /// A socket that a server left behind is in nobody's way; one that is served is refused.
  @Test func aSocketOfTheFileSystemIsListenedAt() async throws {
    let name = "trialgate-\(UInt32.random(in: 0...(.max))).sock"
    let path = FileManager.default.temporaryDirectory.appending(path: name).path
    func listen() async throws -> Listener {
      try await Listener.listen(
        on: .unix(path: path), configuration: TransportConfiguration(threads: 1)
      ) { _ in RecordingConsumer() }
    }
    let listener = try await listen()
    #expect(listener.port == 0 && listener.address == "unix:\(path)")
    let error = await #expect(throws: TransportError.self) { try await listen() }
    #expect(error?.description.contains("another server answers") == true)
    let connection = try await Outbound.connect(to: .unix(path: path))
    try await Self.wait { listener.connectionCount == 1 }
    connection.close()
    await listener.drain()
    await #expect(throws: TransportError.self) {
      try await Outbound.connect(to: .unix(path: path))
    }
    await (try await listen()).drain()
  }

  /// A channel that never was active never becomes inactive either.
  @Test func aConsumerIsToldWhenNobodyAnswers() async throws {
    let listener = try await Self.listen()
    let port = listener.port
    await listener.drain()
    let endings = Atomic<Int>(0)
    await #expect(throws: TransportError.self) {
      try await Outbound.connect(to: .tcp(host: "127.0.0.1", port: port)) {
        let consumer = RecordingConsumer(role: .client)
        consumer.onEnding = { endings.add(1, ordering: .relaxed) }
        return consumer
      }
    }
    try await Self.wait { endings.load(ordering: .relaxed) > 0 }
    #expect(endings.load(ordering: .relaxed) == 1)
  }

  @Test func anUnknownHostIsSaidToBeUnknown() async {
    let error = await #expect(throws: TransportError.self) {
      try await Listener.listen(
        on: .tcp(host: "192.0.2.1", port: 0), configuration: TransportConfiguration(threads: 1)
      ) { _ in RecordingConsumer() }
    }
    #expect(error?.description.contains("192.0.2.1:0") == true)
  }
}
