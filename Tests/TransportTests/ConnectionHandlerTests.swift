import HTTP2
import NIOCore
import NIOEmbedded
import ScriptedPeer
import Testing

@testable import Transport

/// Between socket and session.
@Suite struct ConnectionHandlerTests {
  @Test func theServersSettingsGoOutOnceTheConnectionIsActive() throws {
    let table = try ChannelTable(isActive: false)
    #expect(table.peer.frames.isEmpty)
    table.channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 5), promise: nil)
    table.pass(.nanoseconds(1))
    #expect(table.peer.frames(FrameType.settings).count == 1)
  }

  @Test func allStreamsOfOneReadLeaveInOneWrite() throws {
    let table = try ChannelTable()
    try table.establish()
    let before = table.socket.writes
    try table.receive((0..<50).flatMap { request(Int32(2 * $0 + 1)) })
    #expect(table.socket.writes == before + 1)
    for index in 0..<50 { #expect(table.peer[Int32(2 * index + 1)].data == [7, 7, 7]) }
  }

  @Test func theConsumerIsToldOncePerRead() throws {
    let table = try ChannelTable()
    try table.establish()
    #expect(table.consumer.reads == 1)
    try table.receive(request(1) + request(3))
    #expect(table.consumer.reads == 2)
  }

  @Test func bytesThatAreNoHTTP2EndTheConnection() throws {
    let table = try ChannelTable()
    try table.receive(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    #expect(!table.channel.isActive)
    #expect(table.consumer.endings == 1)
  }

  @Test func aFaultIsAnsweredBeforeTheEnd() throws {
    let table = try ChannelTable()
    try table.establish()
    try table.receive(Script.data(7, [1]))
    #expect(table.peer.goAwayCode.map { $0 != 0 } == true)
    #expect(!table.channel.isActive)
  }

  @Test func theConsumerIsToldOnceThatAConnectionIsClosed() throws {
    let table = try ChannelTable()
    try table.establish()
    _ = try table.channel.finish()
    #expect(table.consumer.endings == 1)
  }

  /// Timers and writes that are under way must not keep a connection that is closed.
  @Test func nothingIsLeftOfAConnectionThatIsClosed() throws {
    weak var consumer: RecordingConsumer?
    weak var session: Session?
    do {
      let table = try ChannelTable()
      try table.establish()
      table.consumer.nextWakeUp = MonotonicTime(table.channel.embeddedEventLoop.now + .hours(1))
      table.socket.isHeld = true
      try table.receive(request(1))
      table.handler.drain()
      consumer = table.consumer
      session = table.consumer.session
      #expect(consumer != nil && session != nil)
    }
    #expect(consumer == nil && session == nil)
  }

  @Test func theEndOfThePeersBytesEndsTheConnection() throws {
    let table = try ChannelTable()
    try table.establish()
    table.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    table.pass(.nanoseconds(1))
    #expect(!table.channel.isActive && table.consumer.endings == 1)
  }

  @Test func anErrorOfTheSocketEndsTheConnection() throws {
    let table = try ChannelTable()
    try table.establish()
    table.channel.pipeline.fireErrorCaught(ChannelError.inappropriateOperationForState)
    table.pass(.nanoseconds(1))
    #expect(!table.channel.isActive && table.consumer.endings == 1)
  }

  @Test func nothingIsSentOnAConnectionThatIsClosed() throws {
    let table = try ChannelTable()
    try table.establish()
    _ = try table.channel.finish()
    let before = table.socket.writes
    table.consumer.session.announceShutdown()
    table.handler.pump()
    table.handler.drain()
    #expect(table.socket.writes == before)
  }

  @Test func wakeUpsComeAtTheTimeThatWasAskedFor() throws {
    let table = try ChannelTable()
    let start = table.channel.embeddedEventLoop.now
    table.consumer.nextWakeUp = MonotonicTime(start + .seconds(5))
    try table.establish()
    table.pass(.seconds(4))
    #expect(table.consumer.wakeUps.isEmpty)
    table.pass(.seconds(1))
    #expect(table.consumer.wakeUps == [MonotonicTime(start + .seconds(5))])
    table.pass(.seconds(60))
    #expect(table.consumer.wakeUps.count == 1)
  }

  @Test func anEarlierWakeUpTakesThePlaceOfALaterOne() throws {
    let table = try ChannelTable()
    let start = table.channel.embeddedEventLoop.now
    table.consumer.nextWakeUp = MonotonicTime(start + .seconds(20))
    try table.establish()
    table.consumer.nextWakeUp = MonotonicTime(start + .seconds(2))
    try table.receive(Script.ping())
    table.pass(.seconds(60))
    #expect(table.consumer.wakeUps == [MonotonicTime(start + .seconds(2))])
  }

  /// Something that is done at the time that was asked for goes out without a read.
  @Test func whatAWakeUpSaysIsSent() throws {
    let table = try ChannelTable()
    try table.establish()
    table.consumer.nextWakeUp = MonotonicTime(table.channel.embeddedEventLoop.now + .seconds(1))
    try table.receive(request(1, endStream: false))
    table.consumer.session.reset(1, errorCode: HTTP2ErrorCode.cancel)
    #expect(table.peer[1].resetCode == nil)
    table.pass(.seconds(1))
    #expect(table.peer[1].resetCode == HTTP2ErrorCode.cancel)
  }
}
