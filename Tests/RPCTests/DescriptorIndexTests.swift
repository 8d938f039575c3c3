import Testing

@testable import RPC

/// Files by what they declare (descriptor.proto).
@Suite struct DescriptorIndexTests {
  @Test(arguments: DescriptorFixture.symbols.indices) func everySymbolIsFoundInItsFile(
    _ index: Int
  ) throws {
    let row = DescriptorFixture.symbols[index]
    let descriptors = try DescriptorIndex(descriptorSet: DescriptorFixture.set)
    #expect(descriptors.file(declaring: row.name)?.name == row.file, "\(row.name)")
  }

  @Test(arguments: DescriptorFixture.unknown) func whatIsNotDeclaredIsNotFound(
    _ symbol: String
  ) throws {
    let descriptors = try DescriptorIndex(descriptorSet: DescriptorFixture.set)
    #expect(descriptors.file(declaring: symbol) == nil)
  }

  @Test func filesAreKeptAsTheyAre() throws {
    let descriptors = try DescriptorIndex(descriptorSet: DescriptorFixture.set)
    #expect(Set(descriptors.files.keys) == [DescriptorFixture.common, DescriptorFixture.service])
    #expect(descriptors.files[DescriptorFixture.common]?.bytes == DescriptorFixture.commonBytes)
    let service = try #require(descriptors.files[DescriptorFixture.service])
    #expect(service.bytes == DescriptorFixture.serviceBytes)
    #expect(service.dependencies == [DescriptorFixture.common])
  }

  @Test func messagesAreThoseThatAreDeclared() throws {
    let descriptors = try DescriptorIndex(descriptorSet: DescriptorFixture.set)
    #expect(
      descriptors.messages == [
        "test.common.Coding", "test.Fact", "test.Fact.Part", "test.Fact.Part.Deep",
      ])
  }

  /// What a file without a package declares has no prefix.
  @Test func aPackageMayBeMissing() throws {
    var writer = FieldWriter()
    writer.message(1) { file in
      file.text(1, "bare.proto")
      file.message(4) { $0.text(1, "Bare") }
      file.message(5) { $0.text(1, "Kind") }
    }
    let descriptors = try DescriptorIndex(descriptorSet: writer.bytes)
    #expect(descriptors.file(declaring: "Bare")?.name == "bare.proto")
    #expect(descriptors.file(declaring: "Kind")?.name == "bare.proto")
    #expect(descriptors.file(declaring: ".Bare") == nil)
  }

  // MARK: Closure

  static let closures:
    [(name: String, files: [(name: String, imports: [String])], found: [String])] =
      [
        ("alone", [("a", [])], ["a"]),
        ("one import", [("b", []), ("a", ["b"])], ["a", "b"]),
        ("a chain", [("c", []), ("b", ["c"]), ("a", ["b"])], ["a", "b", "c"]),
        (
          "a diamond", [("d", []), ("c", ["d"]), ("b", ["d"]), ("a", ["b", "c"])],
          ["a", "b", "c", "d"]
        ),
        ("an import twice", [("b", []), ("a", ["b", "b"])], ["a", "b"]),
        ("others are left out", [("x", ["a"]), ("y", []), ("a", [])], ["a"]),
        // Not allowed, and must not go on for ever.
        ("a circle", [("b", ["a"]), ("a", ["b"])], ["a", "b"]),
        ("itself", [("a", ["a"])], ["a"]),
        // protoc leaves imports out where it is not asked for them.
        ("an import that is not there", [("a", ["x", "b"]), ("b", [])], ["a", "b"]),
      ]

  @Test(arguments: closures.indices) func theClosureHasEveryFileOnce(_ index: Int) throws {
    let row = Self.closures[index]
    let descriptors = try DescriptorIndex(descriptorSet: DescriptorFixture.set(row.files))
    let file = try #require(descriptors.files["a"])
    let names = descriptors.closure(file).map(\.name)
    #expect(names.first == "a" && names.sorted() == row.found, "\(row.name): \(names)")
  }

  // MARK: Faults

  @Test func anEmptySetIsASet() throws {
    #expect(try DescriptorIndex(descriptorSet: []).files.isEmpty)
  }

  static let malformed: [(name: String, bytes: [UInt8])] = [
    ("garbage", [0xFF, 0xFF]), ("a file that is cut off", [0x0A, 5, 0x0A, 1, 97]),
    ("a file that is none", [0x0A, 2, 0x0A, 5]),
    ("a file's name that is no UTF-8", [0x0A, 3, 0x0A, 1, 0xFF]),
    ("an import's name that is no UTF-8", [0x0A, 3, 0x1A, 1, 0xFF]),
    ("a message that is none", [0x0A, 3, 0x22, 1, 0x0A]),
    ("a message's name that is no UTF-8", [0x0A, 5, 0x22, 3, 0x0A, 1, 0xFF]),
    ("a field that is none", [0x0A, 5, 0x22, 3, 0x12, 1, 0x0A]),
    ("an enumeration that is none", [0x0A, 3, 0x2A, 1, 0x0A]),
    ("a value that is none", [0x0A, 5, 0x2A, 3, 0x12, 1, 0x0A]),
    ("a service that is none", [0x0A, 3, 0x32, 1, 0x0A]),
    ("a method that is none", [0x0A, 5, 0x32, 3, 0x12, 1, 0x0A]),
    ("an extension that is none", [0x0A, 3, 0x3A, 1, 0x0A]),
    ("a good file and a bad one", [0x0A, 3, 0x0A, 1, 97, 0x0A]),
  ]

  @Test(arguments: malformed.indices) func aMalformedSetIsRefused(_ index: Int) {
    let row = Self.malformed[index]
    #expect(throws: FieldReader.Malformed.self, "\(row.name)") {
      try DescriptorIndex(descriptorSet: row.bytes)
    }
    var router = ServiceRouter()
    #expect(throws: RPCStatus.self, "\(row.name)") {
      try ReflectionService.register(with: &router, descriptorSet: row.bytes)
    }
    #expect(router.services.isEmpty)
  }

  /// Cut off anywhere but between its two files.
  @Test func aSetThatIsCutOffIsRefused() {
    for length in 1..<DescriptorFixture.set.count where length != 150 {
      #expect(throws: FieldReader.Malformed.self, "\(length)") {
        try DescriptorIndex(descriptorSet: Array(DescriptorFixture.set.prefix(length)))
      }
    }
  }
}
