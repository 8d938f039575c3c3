print("trialgate")
