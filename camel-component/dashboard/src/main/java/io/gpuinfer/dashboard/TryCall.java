package io.gpuinfer.dashboard;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.serving.ServerState;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;

/**
 * One request that was answered, as the headers of its answer tell of it; in milliseconds.
 *
 * @param value the body of the answer
 * @param degraded whether a fallback answered
 */
record TryCall(
    Object value,
    double totalMs,
    double queueMs,
    double transferMs,
    double computeMs,
    String device,
    Double deviceShare,
    String version,
    ServerState state,
    boolean degraded,
    Integer batchSize,
    String mediaType) {

  /** How the routes of this project mark what a fallback answered. */
  private static final String DEGRADED = "degraded";

  private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  static TryCall of(Exchange exchange, long nanos) {
    Message answer = exchange.getMessage();
    double ran = millis(answer, GpuInferConstants.COMPUTE_MILLIS);
    double moved = Math.min(ran, millis(answer, GpuInferConstants.TRANSFER_MILLIS));
    return new TryCall(
        answer.getBody(),
        nanos / NANOS_PER_MILLI,
        millis(answer, GpuInferConstants.QUEUE_MILLIS),
        moved,
        ran - moved,
        answer.getHeader(GpuInferConstants.DEVICE, String.class),
        answer.getHeader(GpuInferConstants.DEVICE_SHARE, Double.class),
        answer.getHeader(GpuInferConstants.MODEL_VERSION, String.class),
        answer.getHeader(GpuInferConstants.STATE, ServerState.class),
        exchange.getProperty(
                ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_FROM_FALLBACK, false, boolean.class)
            || exchange.getVariable(DEGRADED, false, boolean.class),
        answer.getHeader(GpuInferConstants.BATCH_SIZE, Integer.class),
        answer.getHeader(GpuInferConstants.MEDIA_TYPE, String.class));
  }

  /** This one, with the times of those before it. */
  TryCall after(TryCall before) {
    return new TryCall(
        value,
        before.totalMs + totalMs,
        before.queueMs + queueMs,
        before.transferMs + transferMs,
        before.computeMs + computeMs,
        device,
        deviceShare,
        version,
        state,
        before.degraded || degraded,
        batchSize,
        mediaType);
  }

  double restMs() {
    return Math.max(0, totalMs - queueMs - transferMs - computeMs);
  }

  private static double millis(Message answer, String header) {
    return answer.getHeader(header, 0.0, Double.class);
  }
}
