import CohortConfiguration
import EligibilityCore
import Testing

@testable import RPC
@testable import TrialGateServices

/// Who may call what, and how callers are recognised.
struct AccessTests {
  private static let reading: Set<Role> = [.viewer, .editor, .approver, .administrator]

  /// The matrix as the requirement has it, method by method; the table in the program must say the same.
  static let expected: [String: Set<Role>] = {
    var rows: [String: Set<Role>] = [
      "/trialgate.v1.EligibilityService/Evaluate": [.evaluator],
      "/trialgate.v1.EligibilityService/EvaluateStream": [.evaluator],
      "/trialgate.v1.EligibilityService/DescribeProtocol": Set(Role.allCases),
    ]
    for method in ConfigurationMethod.allCases {
      let name = method.rawValue
      let roles: Set<Role> =
        switch method {
        case .createProtocolVersion, .updateProtocolVersion: [.editor]
        case .validateProtocolVersion, .simulateChange: [.editor, .approver]
        case .updateCohort: [.editor, .administrator]
        case .approveProtocolVersion, .supersedeProtocolVersion, .createActivation: [.approver]
        case .createTrial, .updateTrial, .createSite, .updateSite, .createSiteRevision:
          [.administrator]
        default: reading
        }
      rows["/trialgate.v1.ConfigurationService/\(name)"] = roles
    }
    return rows
  }()

  private struct Cell: Sendable, CustomStringConvertible {
    var path: String
    var role: Role
    var description: String { "\(role.rawValue) calls \(path)" }
  }

  @Test func everyCellOfTheMatrix() throws {
    let tokens = Role.allCases.map { "\($0.rawValue) \($0.rawValue) \(Digest.sha256($0.rawValue))" }
    let control = AccessControl(
      try PrincipalDirectory(tokens: tokens.joined(separator: "\n"), subjects: nil))
    for (path, allowed) in Self.expected {
      for role in Role.allCases {
        var context = CallContext(path: path, metadata: Metadata(), peer: "")
        context.metadata.add("authorization", "Bearer \(role.rawValue)")
        let refusal = control.callStarted(&context)
        if allowed.contains(role) {
          #expect(refusal == nil, "\(role) calls \(path)")
          #expect((context.caller as? Principal)?.name == role.rawValue)
        } else {
          #expect(refusal?.code == .permissionDenied, "\(role) calls \(path)")
          #expect(refusal?.reason == "ROLE_REQUIRED" && context.caller == nil)
        }
      }
      var context = CallContext(path: path, metadata: Metadata(), peer: "")
      #expect(control.callStarted(&context)?.reason == "CREDENTIALS_REQUIRED", "\(path)")
    }
  }

  @Test func everyMethodOfTheServerIsInTheMatrix() throws {
    for path in Self.expected.keys {
      #expect(AccessMatrix.standard.rows.contains { $0.method == path })
    }
    // Health is open, reflection is for everybody known, and what is not in the matrix is nobody's.
    let control = AccessControl(
      try PrincipalDirectory(tokens: "ann viewer \(Digest.sha256("t"))", subjects: nil))
    for (path, token, code) in [
      ("/grpc.health.v1.Health/Check", nil, nil), ("/grpc.health.v1.Health/Watch", "x", nil),
      ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "t", nil),
      ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", nil, .unauthenticated),
      ("/trialgate.v1.ConfigurationService/Other", "t", .permissionDenied),
      ("/other.Service/Evaluate", "t", .permissionDenied),
    ] as [(String, String?, StatusCode?)] {
      var context = CallContext(path: path, metadata: Metadata(), peer: "")
      if let token { context.metadata.add("authorization", "Bearer \(token)") }
      #expect(control.callStarted(&context)?.code == code, "\(path)")
    }
  }

  @Test(
    arguments: [
      (["Bearer secret"], "ann"), (["bearer secret"], "ann"), (["BEARER  secret "], "ann"),
      (["Bearer secret2"], nil), (["Bearer"], nil), (["Bearer "], nil), (["secret"], nil),
      (["Basic secret"], nil), (["Bearer secret", "Bearer secret"], nil),
      (["Bearer other", "Bearer secret"], nil),
    ] as [([String], String?)])
  func tokens(_ authorization: [String], _ name: String?) throws {
    let directory = try PrincipalDirectory(
      tokens: """
        # who may call

        bob viewer \(Digest.sha256("bobs"))
        ann editor,viewer \(Digest.sha256("secret").uppercased())
        """, subjects: nil)
    do throws(ConfigurationRefusal) {
      let principal = try directory.principal(authorization: authorization, peerSubject: nil)
      #expect(principal.name == name && principal.roles == [.editor, .viewer])
    } catch {
      #expect(name == nil && error.situation == .credentialsInvalid)
      #expect(!error.message.contains("secret"))
    }
  }

  @Test func subjectsOfCertificates() throws {
    let directory = try PrincipalDirectory(
      tokens: "bob viewer \(Digest.sha256("t"))",
      subjects: "ann approver CN=ann, O=Hospital  \nsvc evaluator CN=svc")
    func name(_ authorization: [String], _ subject: String?) -> String {
      do throws(ConfigurationRefusal) {
        return try directory.principal(authorization: authorization, peerSubject: subject).name
      } catch {
        return error.situation.rawValue
      }
    }
    #expect(name([], "CN=ann, O=Hospital") == "ann")
    #expect(name([], "CN=svc") == "svc")
    #expect(name([], "CN=ANN, O=Hospital") == "CREDENTIALS_INVALID")
    #expect(name([], nil) == "CREDENTIALS_REQUIRED")
    // A token goes before the certificate, and a wrong one is not made good by it.
    #expect(name(["Bearer t"], "CN=ann, O=Hospital") == "bob")
    #expect(name(["Bearer x"], "CN=ann, O=Hospital") == "CREDENTIALS_INVALID")
  }

  @Test func everyFaultOfTheFilesIsToldAndNoSecretOfThem() {
    let hash = Digest.sha256("t")
    let error = #expect(throws: PrincipalFileError.self) {
      try PrincipalDirectory(
        tokens: """
          ann viewer
          ann king \(hash)
          b:b viewer \(Digest.sha256("u"))
          cyd viewer 12345
          dan viewer \(hash)
          dan editor \(Digest.sha256("v"))
          """, subjects: "eve viewer CN=e\neva viewer CN=e")
    }
    #expect(
      error?.faults.map { String($0.prefix { $0 != ":" }) } == [
        "token file, line 1", "token file, line 2", "token file, line 3", "token file, line 6",
        "token file, line 4", "token file, line 5", "principals file, line 2",
      ])
    #expect(error?.description.contains(hash) == false)
    #expect(throws: PrincipalFileError.self) {
      try PrincipalDirectory(tokens: "# \n", subjects: nil)
    }
  }

  @Test func whereNobodyIsNamedEveryoneIsOne() throws {
    for everyone in [Principal.local, .anonymous] {
      let directory = PrincipalDirectory(everyone: everyone)
      #expect(try directory.principal(authorization: ["Bearer x"], peerSubject: "CN=x") == everyone)
    }
    #expect(Principal.local.roles == Set(Role.allCases))
    #expect(Principal.anonymous.roles == [.viewer, .evaluator])
  }
}
