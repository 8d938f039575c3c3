import HTTP2
import NIOCore
import NIOEmbedded
import ScriptedPeer
import Testing

@testable import Transport

/// A peer that does not read is not read from, and what is held for it is bounded in size and time.
@Suite struct BackPressureTests {
  private static let mark = 64 << 10

  private static func table(slowReaderSeconds: Int64 = 30) throws -> ChannelTable {
    var configuration = TransportConfiguration(threads: 1)
    configuration.keepaliveSeconds = 0
    configuration.slowReaderSeconds = slowReaderSeconds
    var limits = HTTP2Limits()
    limits.outputHighWater = mark
    let table = try ChannelTable(configuration, limits: limits)
    try table.establish([(4, 0x7FFF_FFFF)])
    try table.receive(Script.windowUpdate(0, 1 << 30))
    table.consumer.answerBytes = 1 << 20
    return table
  }

  @Test func whileNothingCanBeWrittenNothingIsProducedAndNothingRead() throws {
    let table = try Self.table()
    #expect(table.isReading)
    table.setWritable(false)
    let before = table.socket.writes
    try table.receive((0..<10).flatMap { request(Int32(2 * $0 + 1)) })
    #expect(table.socket.writes == before)
    #expect(table.consumer.session.outputCount == 0)
    #expect(!table.isReading)
    table.setWritable(true)
    #expect(table.isReading)
    // So much is written in one turn; the rest has the next.
    #expect(!table.peer[19].isEnded)
    table.pass(.milliseconds(1))
    for index in 0..<10 {
      #expect(table.peer[Int32(2 * index + 1)].data.count == 1 << 20)
      #expect(table.peer[Int32(2 * index + 1)].isEnded)
    }
  }

  /// The channel becomes full in the middle of an answer.
  @Test func productionStopsWhenTheChannelIsFull() throws {
    let table = try Self.table()
    try table.channel.pipeline.syncOperations.addHandler(FullAfterOneWrite(), position: .first)
    try table.receive(request(1))
    #expect(table.handler.unwrittenBytes <= Self.mark + 16_384 + 9)
    #expect(table.peer[1].data.count <= Self.mark + 16_384)
    #expect(!table.isReading)
    var rounds = 0
    while !table.peer[1].isEnded, rounds < 100 {
      table.setWritable(true)
      rounds += 1
    }
    #expect(table.peer[1].data.count == 1 << 20)
    #expect(rounds >= (1 << 20) / (Self.mark + 16_393))
  }

  @Test func aPeerThatTakesNothingIsClosed() throws {
    let table = try Self.table()
    table.socket.isHeld = true
    try table.receive(request(1))
    #expect(table.handler.unwrittenBytes > 0)
    table.pass(.seconds(29))
    #expect(table.channel.isActive)
    table.pass(.seconds(1))
    #expect(!table.channel.isActive && table.consumer.endings == 1)
  }

  @Test func aPeerThatTakesSomethingHasTimeAgain() throws {
    let table = try Self.table()
    table.consumer.answerBytes = 10
    table.socket.isHeld = true
    try table.receive(request(1))
    for round in 0..<5 {
      table.pass(.seconds(20))
      table.release()
      table.socket.isHeld = true
      try table.receive(request(Int32(2 * round + 3)))
      #expect(table.channel.isActive, "round \(round)")
    }
    // Nothing more is taken: the time of the last one runs out.
    table.pass(.seconds(60))
    #expect(!table.channel.isActive)
  }

  @Test func aPeerThatTakesEverythingIsLeftAlone() throws {
    let table = try Self.table()
    table.socket.isHeld = true
    try table.receive(request(1))
    table.release()
    #expect(table.handler.unwrittenBytes == 0)
    table.pass(.seconds(100))
    #expect(table.channel.isActive)
  }
}

/// Says that the channel is full after every write.
private final class FullAfterOneWrite: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    (context.channel as? EmbeddedChannel)?.isWritable = false
    context.write(data, promise: promise)
  }
}
