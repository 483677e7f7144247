package io.gpuinfer.samples.requests;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.serving.ServerState;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Puts an answer together from the result in the body and what the models left in the headers. */
public final class Answers {

  /** Set once the host's CPU engine had to answer for the device. */
  static final String DEGRADED = "degraded";

  private Answers() {}

  public static Answer answer(Exchange exchange) {
    UserRequest request = exchange.getVariable("request", UserRequest.class);
    Message message = exchange.getMessage();
    return new Answer(
        request.requestId(),
        request.requestType(),
        message.getBody(),
        exchange.getVariable(DEGRADED, false, Boolean.class),
        message.getHeader(GpuInferConstants.DEVICE, String.class),
        message.getHeader(GpuInferConstants.MODEL_VERSION, String.class),
        message.getHeader(GpuInferConstants.QUEUE_MILLIS, Double.class),
        message.getHeader(GpuInferConstants.COMPUTE_MILLIS, Double.class),
        message.getHeader(GpuInferConstants.STATE, ServerState.class));
  }
}
