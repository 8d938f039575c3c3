import HTTP2
import NIOCore
import NIOEmbedded
import ScriptedPeer
import Testing

@testable import Transport

/// How long a connection may do nothing, and how it ends.
@Suite struct ConnectionLifetimeTests {
  private static func configuration() -> TransportConfiguration {
    var configuration = TransportConfiguration(threads: 1)
    configuration.prefaceSeconds = 10
    configuration.idleSeconds = 100
    configuration.drainSeconds = 20
    return configuration
  }

  static let beginnings: [(name: String, bytes: [UInt8], isEnough: Bool)] = [
    ("nothing", [], false),
    ("one byte", [UInt8(ascii: "P")], false),
    ("the magic", Script.magic, false),
    ("the magic and half of SETTINGS", Array(Script.preface([(4, 9)]).dropLast(3)), false),
    ("the whole preface", Script.preface(), true),
  ]

  @Test(arguments: beginnings.indices) func thePrefaceMustComeInTime(_ index: Int) throws {
    let row = Self.beginnings[index]
    let table = try ChannelTable(Self.configuration())
    if !row.bytes.isEmpty { try table.receive(row.bytes) }
    table.pass(.seconds(9))
    #expect(table.channel.isActive)
    table.pass(.seconds(1))
    #expect(table.channel.isActive == row.isEnough, "\(row.name)")
  }

  /// A byte now and then is no preface.
  @Test func aPrefaceThatTricklesIsNotWaitedFor() throws {
    let table = try ChannelTable(Self.configuration())
    for byte in Script.magic.prefix(9) {
      try table.receive([byte])
      table.pass(.seconds(1))
    }
    #expect(table.channel.isActive)
    table.pass(.seconds(1))
    #expect(!table.channel.isActive)
  }

  @Test func anIdleConnectionIsDrained() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    table.pass(.seconds(99))
    #expect(table.channel.isActive && table.peer.goAwayCode == nil)
    table.pass(.seconds(1))
    table.pass(.milliseconds(50))
    #expect(table.peer.goAwayCode == 0)
    #expect(!table.channel.isActive)
  }

  @Test func traffickedConnectionsStay() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    for round in 0..<10 {
      table.pass(.seconds(90))
      try table.receive(request(Int32(2 * round + 1)))
    }
    #expect(table.channel.isActive && table.peer.goAwayCode == nil)
  }

  @Test func anOpenCallIsNoIdleness() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    try table.receive(request(1, endStream: false))
    table.pass(.seconds(1_000))
    #expect(table.channel.isActive && table.peer.goAwayCode == nil)
    try table.receive(Script.data(1, [], endStream: true))
    table.pass(.seconds(201))
    #expect(!table.channel.isActive)
  }

  @Test func aDrainedConnectionWithoutCallsEndsAfterItsAnnouncement() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    table.handler.drain()
    table.pass(.milliseconds(49))
    #expect(table.peer.frames(FrameType.goAway).map(\.lastStream) == [Int32.max])
    #expect(table.channel.isActive)
    table.pass(.milliseconds(1))
    #expect(table.peer.frames(FrameType.goAway).map(\.lastStream) == [Int32.max, 0])
    #expect(!table.channel.isActive)
  }

  @Test func callsThatCrossTheAnnouncementAreAnswered() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    table.handler.drain()
    try table.receive(request(1))
    #expect(table.peer[1].isEnded)
    try table.receive(request(3, endStream: false))
    table.pass(.seconds(1))
    #expect(table.peer.frames(FrameType.goAway).last?.lastStream == 3)
    #expect(table.channel.isActive)
    try table.receive(Script.data(3, [], endStream: true))
    #expect(table.peer[3].isEnded)
    #expect(!table.channel.isActive)
  }

  @Test func aCallThatDoesNotEndIsCutOffWhenTheTimeIsOver() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    try table.receive(request(1, endStream: false))
    table.handler.drain()
    table.pass(.seconds(19))
    #expect(table.channel.isActive)
    table.pass(.seconds(1))
    #expect(!table.channel.isActive && table.consumer.endings == 1)
  }

  /// What is written last must be taken before the socket is closed.
  @Test func theLastAnswerIsTakenBeforeTheEnd() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    table.socket.isHeld = true
    try table.receive(request(1))
    table.handler.drain()
    table.pass(.seconds(1))
    #expect(table.channel.isActive && !table.peer[1].isEnded)
    table.release()
    #expect(table.peer[1].isEnded && table.peer.goAwayCode == 0)
    #expect(!table.channel.isActive)
  }

  @Test func drainingTwiceAnnouncesOnce() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    table.handler.drain()
    table.handler.drain()
    table.pass(.milliseconds(10))
    #expect(table.peer.frames(FrameType.goAway).count == 1)
  }
}
