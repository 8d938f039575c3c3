// A server of gRPC C++ that costs what gRPC itself costs: it decodes each EvaluateRequest and encodes an
// EvaluateResponse, and decides nothing. One thread, one completion queue, requests in an arena of their call.
//
// usage: grpc-cpp-peer PORT OUTCOME_RESPONSE FULL_RESPONSE
//   the files hold an EvaluateResponse each; a request is answered with the one of its detail.

#include <google/protobuf/arena.h>
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "trialgate/v1/eligibility_service.grpc.pb.h"

namespace {

using trialgate::v1::EligibilityService;
using trialgate::v1::EvaluateRequest;
using trialgate::v1::EvaluateResponse;

// Calls that wait for a request, so that a burst does not wait for this side.
constexpr int kCalls = 256;

struct Responses {
  EvaluateResponse outcome;
  EvaluateResponse full;
};

// One call after another, each with a context and an arena of its own.
class Call {
 public:
  Call(EligibilityService::AsyncService& service, grpc::ServerCompletionQueue& queue,
       const Responses& responses)
      : service_(service), queue_(queue), responses_(responses) {
    Wait();
  }

  void Proceed(bool ok) {
    if (answering_ || !ok) {
      Wait();
      return;
    }
    answering_ = true;
    const bool outcome = request_->detail() == trialgate::v1::DETAIL_OUTCOME;
    responder_->Finish(outcome ? responses_.outcome : responses_.full, grpc::Status::OK, this);
  }

 private:
  void Wait() {
    answering_ = false;
    responder_.reset();
    context_ = std::make_unique<grpc::ServerContext>();
    responder_ =
        std::make_unique<grpc::ServerAsyncResponseWriter<EvaluateResponse>>(context_.get());
    arena_.Reset();
    request_ = google::protobuf::Arena::CreateMessage<EvaluateRequest>(&arena_);
    service_.RequestEvaluate(context_.get(), request_, responder_.get(), &queue_, &queue_, this);
  }

  EligibilityService::AsyncService& service_;
  grpc::ServerCompletionQueue& queue_;
  const Responses& responses_;
  google::protobuf::Arena arena_;
  EvaluateRequest* request_ = nullptr;
  std::unique_ptr<grpc::ServerContext> context_;
  std::unique_ptr<grpc::ServerAsyncResponseWriter<EvaluateResponse>> responder_;
  bool answering_ = false;
};

bool Read(const std::string& path, EvaluateResponse& response) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file && !bytes.empty() && response.ParseFromString(bytes)) return true;
  std::cerr << "grpc-cpp-peer: " << path << " is no EvaluateResponse\n";
  return false;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: grpc-cpp-peer PORT OUTCOME_RESPONSE FULL_RESPONSE\n";
    return 64;
  }
  Responses responses;
  if (!Read(arguments[2], responses.outcome) || !Read(arguments[3], responses.full)) return 65;

  EligibilityService::AsyncService service;
  grpc::ServerBuilder builder;
  int bound = 0;
  builder.AddListeningPort(std::string("127.0.0.1:") + arguments[1],
                           grpc::InsecureServerCredentials(), &bound);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server || bound == 0) {
    std::cerr << "grpc-cpp-peer: cannot listen at port " << arguments[1] << "\n";
    return 1;
  }
  std::vector<std::unique_ptr<Call>> calls;
  for (int index = 0; index < kCalls; ++index) {
    calls.push_back(std::make_unique<Call>(service, *queue, responses));
  }
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) static_cast<Call*>(tag)->Proceed(ok);
  return 0;
}
