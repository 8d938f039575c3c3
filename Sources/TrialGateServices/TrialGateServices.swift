// TrialGateServices
