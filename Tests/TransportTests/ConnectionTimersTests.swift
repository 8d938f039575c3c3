import HTTP2
import NIOCore
import NIOEmbedded
import ScriptedPeer
import Testing

@testable import Transport

/// How long a connection may do nothing, and how it ends: the clock and its timer together.
@Suite struct ConnectionTimersTests {
  private static func configuration() -> TransportConfiguration {
    var configuration = TransportConfiguration(threads: 1)
    configuration.prefaceSeconds = 10
    configuration.idleSeconds = 100
    configuration.drainSeconds = 20
    configuration.keepaliveSeconds = 0
    configuration.ageSeconds = 0
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
    table.pass(.seconds(1))
    #expect(table.peer.goAwayCode == 0)
    #expect(!table.channel.isActive)
  }

  /// A call that was on its way when an idle connection was announced to end is answered like any other.
  @Test func aCallThatCrossesTheEndOfAnIdleConnectionIsAnswered() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    table.pass(.seconds(100))
    #expect(table.peer.frames(FrameType.goAway).map(\.lastStream) == [Int32.max])
    try table.receive(request(1))
    #expect(table.peer[1].isEnded && table.peer[1].status == "200")
    table.pass(.seconds(1))
    #expect(table.peer.frames(FrameType.goAway).last?.lastStream == 1)
    #expect(!table.channel.isActive)
  }

  /// A client that pings all the time, and never calls, is idle.
  @Test func pingsAreNoTraffic() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    for _ in 0..<11 {
      table.pass(.seconds(10))
      if table.channel.isActive { try table.receive(Script.ping()) }
    }
    #expect(!table.channel.isActive && table.peer.goAwayCode == 0)
  }

  @Test func aSilentPeerWithACallIsAskedForASign() throws {
    var configuration = Self.configuration()
    configuration.keepaliveSeconds = 30
    configuration.keepaliveTimeoutSeconds = 5
    let table = try ChannelTable(configuration)
    try table.establish()
    try table.receive(request(1, endStream: false))
    for _ in 0..<3 {
      table.pass(.seconds(30))
      let ping = try #require(table.peer.frames(FrameType.ping).last)
      try table.receive(
        Frame(type: FrameType.ping, flags: FrameFlags.acknowledge, payload: ping.payload).bytes)
    }
    #expect(table.peer.frames(FrameType.ping).count == 3 && table.channel.isActive)
    table.pass(.seconds(30))
    table.pass(.seconds(4))
    #expect(table.channel.isActive)
    table.pass(.seconds(1))
    #expect(!table.channel.isActive)
  }

  @Test func aHeaderBlockThatTricklesIsNotWaitedFor() throws {
    var configuration = Self.configuration()
    configuration.headerSeconds = 10
    let table = try ChannelTable(configuration)
    try table.establish()
    for byte in request(1).prefix(10) {
      try table.receive([byte])
      table.pass(.seconds(1))
    }
    #expect(!table.channel.isActive)
  }

  @Test func settingsMustBeAcknowledged() throws {
    let table = try ChannelTable(Self.configuration())
    try table.receive(Script.preface())
    table.pass(.seconds(19))
    #expect(table.channel.isActive)
    table.pass(.seconds(1))
    #expect(!table.channel.isActive)
  }

  @Test func anOldConnectionDrainsWithItsCalls() throws {
    var configuration = Self.configuration()
    configuration.ageSeconds = 50
    configuration.ageGraceSeconds = 30
    let table = try ChannelTable(configuration)
    try table.establish()
    try table.receive(request(1, endStream: false))
    table.pass(.seconds(49))
    #expect(table.peer.goAwayCode == nil && table.consumer.drains == 0)
    table.pass(.seconds(1))
    #expect(table.peer.goAwayCode == 0 && table.consumer.drains == 1)
    table.pass(.seconds(29))
    #expect(table.channel.isActive && table.consumer.callEndings == 0)
    table.pass(.seconds(1))
    #expect(table.consumer.callEndings == 1)
    table.pass(.seconds(1))
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

  /// Streams are refused once the peer knows: when it has answered the ping behind the announcement.
  @Test func aDrainedConnectionWithoutCallsEndsAfterItsAnnouncement() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    table.handler.drain()
    table.pass(.milliseconds(900))
    #expect(table.peer.frames(FrameType.goAway).map(\.lastStream) == [Int32.max])
    #expect(table.channel.isActive)
    let ping = try #require(table.peer.frames(FrameType.ping).last)
    try table.receive(
      Frame(type: FrameType.ping, flags: FrameFlags.acknowledge, payload: ping.payload).bytes)
    table.pass(.milliseconds(1))
    #expect(table.peer.frames(FrameType.goAway).map(\.lastStream) == [Int32.max, 0])
    #expect(!table.channel.isActive)
  }

  @Test func aPeerThatDoesNotAnswerIsNotWaitedForLong() throws {
    let table = try ChannelTable(Self.configuration())
    try table.establish()
    table.handler.drain()
    table.pass(.milliseconds(999))
    #expect(table.channel.isActive)
    table.pass(.milliseconds(1))
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
    #expect(table.channel.isActive && table.consumer.callEndings == 0)
    table.pass(.seconds(1))
    #expect(table.consumer.callEndings == 1)
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
