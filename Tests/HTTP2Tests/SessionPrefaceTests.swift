import HTTP2
import ScriptedPeer
import Testing

/// How a connection begins (RFC 9113, 3.4 and 6.5).
@Suite struct SessionPrefaceTests {
  @Test func aServerAnnouncesItsLimitsFirst() throws {
    var limits = HTTP2Limits()
    limits.concurrentStreams = 7
    limits.headerListBytes = 9_000
    limits.streamWindow = 70_000
    limits.connectionWindow = 200_000
    let table = SessionTable(.server, limits: limits)
    table.flush()
    let settings = try #require(table.peer.frames.first)
    #expect(settings.type == FrameType.settings && settings.flags == 0)
    #expect(
      settings.settings == [
        Setting.maxConcurrentStreams: 7, Setting.initialWindowSize: 70_000,
        Setting.maxHeaderListSize: 9_000, Setting.noRFC7540Priorities: 1,
      ])
    let window = try #require(table.peer.frames(FrameType.windowUpdate).first)
    #expect(window.stream == 0 && window.payload == bigEndian(200_000 - 65_535))
  }

  @Test func aClientBeginsWithTheMagicAndRefusesPushes() {
    let session = Session(role: .client)
    session.drain()
    let bytes = session.takeOutput { Array($0) }
    #expect(bytes.starts(with: Script.magic))
    var reader = FrameReader()
    let settings = reader.read(Array(bytes.dropFirst(Script.magic.count))).first
    #expect(settings?.settings[Setting.enablePush] == 0)
    #expect(settings?.settings[Setting.maxConcurrentStreams] == nil)
  }

  @Test func settingsAreAcknowledged() {
    let table = SessionTable.established()
    let acknowledgement = table.peer.frames(FrameType.settings).filter {
      $0.flags & FrameFlags.acknowledge != 0
    }
    #expect(acknowledgement.count == 1)
    #expect(!table.session.isFinished && !table.session.hasFailed)
  }

  @Test func aConnectionIsEstablishedOnceThePeersSettingsHaveCome() {
    let table = SessionTable(.server)
    #expect(!table.session.isEstablished)
    table.send(Script.magic)
    #expect(!table.session.isEstablished, "the magic alone is not enough")
    table.send(Script.settings())
    #expect(table.session.isEstablished)
  }

  @Test func anAcknowledgementDoesNotEstablish() {
    let table = SessionTable(.server)
    table.send(Script.magic + Script.settingsAcknowledgement)
    #expect(!table.session.isEstablished)
  }

  @Test func thePrefaceMayComeByteByByte() {
    let table = SessionTable(.server)
    for byte in Script.preface() { #expect(table.send([byte])) }
    #expect(table.session.isEstablished)
  }

  static let notHTTP2: [(name: String, bytes: [UInt8])] = [
    ("HTTP/1.1", Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)),
    ("TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] + zeros(40)),
    ("zeros", zeros(64)),
    ("magic with one wrong byte", Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\t".utf8)),
  ]

  @Test(arguments: notHTTP2.indices) func whatIsNoHTTP2EndsTheConnection(_ index: Int) {
    let table = SessionTable(.server)
    #expect(!table.send(Self.notHTTP2[index].bytes), "\(Self.notHTTP2[index].name)")
    #expect(table.session.hasFailed && table.session.isFinished)
    #expect(table.recorder.events.isEmpty)
    #expect(!table.send(Script.preface()), "a failed session takes nothing more")
  }

  @Test func theFirstFrameMustBeSettings() {
    let table = SessionTable(.server)
    table.send(Script.magic + Script.ping())
    #expect(table.peer.goAwayCode == HTTP2ErrorCode.protocolError)
    #expect(table.session.isFinished)
  }

  static let badSettings: [(id: UInt16, value: UInt32, code: UInt32)] = [
    (Setting.enablePush, 2, 1), (Setting.initialWindowSize, 0x8000_0000, 3),
    (Setting.maxFrameSize, 16_383, 1), (Setting.maxFrameSize, 1 << 24, 1),
  ]

  @Test(arguments: badSettings.indices) func settingsOutOfRangeEndTheConnection(_ index: Int) {
    let entry = Self.badSettings[index]
    let table = SessionTable(.server)
    table.send(Script.preface([(entry.id, entry.value)]))
    #expect(table.peer.goAwayCode == entry.code)
    #expect(table.session.isFinished)
  }

  @Test func anUnknownSettingIsIgnored() {
    let table = SessionTable(.server)
    table.send(Script.preface([(0x7777, 5)]))
    #expect(table.session.isEstablished && !table.session.isFinished)
  }
}

/// So many zero bytes.
func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
