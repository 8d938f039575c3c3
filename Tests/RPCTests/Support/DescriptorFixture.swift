import TestSupport
@testable import RPC

/// Two files, one importing the other, with every kind of declaration:
///
///     // test/common.proto
///     syntax = "proto3";
///     package test.common;
///     message Coding { string system = 1; string code = 2; }
///     enum Stage { STAGE_UNSPECIFIED = 0; STAGE_ENROLMENT = 1; }
///
///     // test/service.proto
///     syntax = "proto2";
///     package test;
///     import "test/common.proto";
///     message Fact {
///       optional string id = 1;
///       oneof value { string text = 2; int32 count = 3; }
///       optional Part part = 4;
///       message Part {
///         optional common.Coding coding = 1;
///         enum Kind { KIND_NONE = 0; KIND_LAB = 1; }
///         message Deep { optional Kind kind = 1; }
///         extend Fact { optional int32 inner = 101; }
///       }
///       extensions 100 to 199;
///     }
///     extend Fact { optional string outer = 100; }
///     service Facts {
///       rpc Read(Fact) returns (Fact);
///       rpc Follow(stream Fact) returns (stream common.Coding);
///     }
///     service Others { rpc Nothing(Fact) returns (Fact); }
enum DescriptorFixture {
  static let common = "test/common.proto"
  static let service = "test/service.proto"

  /// `protoc --include_imports --descriptor_set_out=… test/service.proto`.
  static let set = hex(
    """
    0a93010a11746573742f636f6d6d6f6e2e70726f746f120b746573742e636f6d6d6f6e22340a06436f64696e67
    12160a0673797374656d180120012809520673797374656d12120a04636f64651802200128095204636f64652a
    330a05537461676512150a1153544147455f554e535045434946494544100012130a0f53544147455f454e524f
    4c4d454e541001620670726f746f330aff030a12746573742f736572766963652e70726f746f1204746573741a
    11746573742f636f6d6d6f6e2e70726f746f22a8020a0446616374120e0a026964180120012809520269641214
    0a0474657874180220012809480052047465787412160a05636f756e7418032001280548005205636f756e7412
    230a047061727418042001280b320f2e746573742e466163742e506172745204706172741aac010a0450617274
    122b0a06636f64696e6718012001280b32132e746573742e636f6d6d6f6e2e436f64696e675206636f64696e67
    1a300a044465657012280a046b696e6418012001280e32142e746573742e466163742e506172742e4b696e6452
    046b696e6422230a044b696e64120d0a094b494e445f4e4f4e451000120c0a084b494e445f4c4142100132200a
    05696e6e6572120a2e746573742e466163741865200128055205696e6e65722a05086410c80142070a0576616c
    756532560a054661637473121e0a0452656164120a2e746573742e466163741a0a2e746573742e46616374122d
    0a06466f6c6c6f77120a2e746573742e466163741a132e746573742e636f6d6d6f6e2e436f64696e6728013001
    322b0a064f746865727312210a074e6f7468696e67120a2e746573742e466163741a0a2e746573742e46616374
    3a200a056f75746572120a2e746573742e4661637418642001280952056f75746572
    """)

  /// The encoded files: their lengths stand in front of them.
  static let commonBytes = Array(set[3..<150])
  static let serviceBytes = Array(set[153...])

  /// Full names and the files that declare them, by descriptor.proto.
  static let symbols: [(name: String, file: String)] =
    [
      "test.common.Coding", "test.common.Coding.system", "test.common.Coding.code",
      // The values of an enumeration are its siblings.
      "test.common.Stage", "test.common.STAGE_UNSPECIFIED", "test.common.STAGE_ENROLMENT",
    ].map { ($0, common) }
    + [
      "test.Fact", "test.Fact.id", "test.Fact.text", "test.Fact.count", "test.Fact.part",
      "test.Fact.value", "test.Fact.Part", "test.Fact.Part.coding", "test.Fact.Part.Kind",
      "test.Fact.Part.KIND_NONE", "test.Fact.Part.KIND_LAB", "test.Fact.Part.Deep",
      "test.Fact.Part.Deep.kind", "test.Fact.Part.inner", "test.outer", "test.Facts",
      "test.Facts.Read", "test.Facts.Follow", "test.Others", "test.Others.Nothing",
    ].map { ($0, service) }

  static let unknown = [
    "", "Fact", ".test.Fact", "test.Fact.", "test.fact", "test.Fact.Nothing", "test.Nothing",
    "test.Fact.Part.Kind.KIND_LAB", "test.Fact.KIND_LAB", "test.common.Stage.STAGE_ENROLMENT",
    "test.Fact.value.text", "test.Fact.inner", "test.Facts.Write", "test.common.outer",
    "test/service.proto",
  ]

  /// A set of files that declare nothing.
  static func set(_ files: [(name: String, imports: [String])]) -> [UInt8] {
    var writer = FieldWriter()
    for file in files {
      writer.message(1) {
        $0.text(1, file.name)
        for name in file.imports { $0.text(3, name) }
      }
    }
    return writer.bytes
  }
}
