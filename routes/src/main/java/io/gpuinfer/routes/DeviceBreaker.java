package io.gpuinfer.routes;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;

/**
 * Tells a device that failed from a request that was refused.
 *
 * <p>Only the former opens the breaker and is answered elsewhere. A request that does not fit the
 * model fits it nowhere; one that met a full queue, or ran out of time, must say so to its caller,
 * or a flood would move on from the device to the host.
 *
 * <p>The routes refer to a breaker made here rather than naming these exceptions in their own
 * {@code ignoreExceptions}: there Camel would drop an ignored exception and let the message pass on
 * unanswered.
 */
public final class DeviceBreaker {

  private static final String RETRY_AFTER = "Retry-After";
  private static final int RECENT_CALLS = 10;
  private static final int FEWEST_CALLS = 3;
  private static final Duration OPEN = Duration.ofSeconds(2);

  private DeviceBreaker() {}

  /** A breaker for the device that serves one model. */
  public static CircuitBreaker create(String name) {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom()
            .slidingWindowSize(RECENT_CALLS)
            .minimumNumberOfCalls(FEWEST_CALLS)
            .failureRateThreshold(50)
            .waitDurationInOpenState(OPEN)
            .permittedNumberOfCallsInHalfOpenState(1)
            .ignoreException(DeviceBreaker::isRefusal)
            .build();
    return CircuitBreaker.of(name, config);
  }

  /**
   * The first step of a fallback: lets only failures of the device go on to it.
   *
   * @param failure what the breaker caught; null when it is open and did not call
   */
  public static void rethrowRefusal(@ExchangeException Exception failure) throws Exception {
    if (isRefusal(failure)) {
      throw failure;
    }
  }

  /**
   * Tells a caller that met a full queue when to come back: in the header {@code Retry-After}, in
   * whole seconds, at least one.
   */
  public static void rethrowWithRetryAfter(
      @ExchangeException OverloadedException overload, Exchange exchange) {
    exchange.getMessage().setHeader(RETRY_AFTER, overload.retryAfterSeconds());
    throw overload;
  }

  private static boolean isRefusal(Throwable failure) {
    return failure instanceof InvalidInputException
        || failure instanceof OverloadedException
        || failure instanceof DeadlineExceededException;
  }
}
