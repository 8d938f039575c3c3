/// What a path needs of a node: that it is true, or that it is false.
struct Demand: Hashable {
  var node: Int
  var truth: Bool
}

/// A demand with the reported criterion that makes it.
struct HeldDemand: Hashable {
  var demand: Demand
  var owner: Int
  /// Whether something above it may be void, so that a failure here need not show.
  var isVoidable = false
  /// Whether it only decides which branch counts: its parts are then needed both ways.
  var isCondition = false

  /// What one of the demands that it comes down to is held as.
  func passing(_ demand: Demand) -> HeldDemand {
    HeldDemand(demand: demand, owner: owner, isVoidable: isVoidable, isCondition: isCondition)
  }
}

/// One way of meeting a choice.
struct DemandArm {
  /// The member or branch that it stands for.
  var member: Int
  var demands: [Demand]
  /// What the condition of a branch must be.
  var condition: Demand?
  /// Whether it is a way that no single member stands for: both branches hold, the condition is unknown.
  var isJoint = false
}

extension DemandArm {
  /// Everything that the arm needs, for a criterion.
  func roots(_ owner: Int) -> [HeldDemand] {
    (condition.map { [HeldDemand(demand: $0, owner: owner, isCondition: true)] } ?? [])
      + demands.map { HeldDemand(demand: $0, owner: owner) }
  }
}

/// What a demand comes down to.
enum Expansion {
  /// Nothing follows: the node may not apply.
  case nothing
  /// A test of facts.
  case leaf
  case all([Demand])
  /// At least so many of the arms.
  case choice([DemandArm], atLeast: Int)
}

/// The logic of a compiled definition as demands.
struct DemandLogic {
  let criteria: [CompiledCriterion]
  /// Nodes that may turn out not applicable, so that a path may do without them.
  private let mayNotApply: [Bool]

  init(_ criteria: [CompiledCriterion]) {
    self.criteria = criteria
    var known = [Bool?](repeating: nil, count: criteria.count)
    func find(_ index: Int) -> Bool {
      if let found = known[index] { return found }
      let criterion = criteria[index]
      let found: Bool
      if criterion.appliesIf != nil {
        found = true
      } else {
        switch criterion.rule {
        case .group(_, let members, _): found = members.map(find).allSatisfy { $0 }
        case .sameAs(let target): found = find(target)
        case .conditional(let condition, let then, let otherwise):
          found = [condition, then, otherwise].map(find).contains(true)
        default: found = false
        }
      }
      known[index] = found
      return found
    }
    mayNotApply = criteria.indices.map(find)
  }

  /// What a demand comes down to.
  ///
  /// - Parameter assumingApplicable: takes every node to apply, to see everything that may be asked for.
  func expand(_ demand: Demand, assumingApplicable: Bool = false) -> Expansion {
    if mayNotApply[demand.node], !assumingApplicable { return .nothing }
    switch criteria[demand.node].rule {
    case .group(let kind, let members, let atLeast):
      return expand(kind, members, atLeast, demand.truth, assumingApplicable)
    case .sameAs(let target): return .all([Demand(node: target, truth: demand.truth)])
    case .conditional(let condition, let then, let otherwise):
      let first = Demand(node: then, truth: demand.truth)
      let second = Demand(node: otherwise, truth: demand.truth)
      return .choice(
        [
          DemandArm(
            member: then, demands: [first], condition: Demand(node: condition, truth: true)),
          DemandArm(
            member: otherwise, demands: [second], condition: Demand(node: condition, truth: false)),
          DemandArm(member: condition, demands: [first, second], isJoint: true),
        ], atLeast: 1)
    default: return .leaf
    }
  }

  private func expand(
    _ kind: GroupKind, _ members: [Int], _ atLeast: Int, _ truth: Bool, _ assumingApplicable: Bool
  ) -> Expansion {
    func arms(_ truth: Bool, _ needed: Int) -> Expansion {
      let demands = members.map { Demand(node: $0, truth: truth) }
      if needed >= demands.count { return .all(demands) }
      return .choice(
        demands.map { DemandArm(member: $0.node, demands: [$0]) }, atLeast: needed)
    }
    switch (kind, truth) {
    case (.all, true): return arms(true, members.count)
    case (.any, false), (.none, true): return arms(false, members.count)
    case (.all, false): return arms(false, 1)
    case (.any, true), (.none, false): return arms(true, 1)
    case (.firstKnown, let truth), (.anyKnown, let truth): return arms(truth, 1)
    case (.atLeast, true): return arms(true, atLeast)
    case (.atLeast, false):
      // Members that do not apply count for neither side.
      let isFixed = assumingApplicable || !members.contains { mayNotApply[$0] }
      return isFixed ? arms(false, members.count - atLeast + 1) : .nothing
    }
  }
}
