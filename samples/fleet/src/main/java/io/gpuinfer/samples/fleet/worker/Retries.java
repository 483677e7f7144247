package io.gpuinfer.samples.fleet.worker;

import io.gpuinfer.samples.fleet.FleetHeaders;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;

/**
 * How often a request that met an overload is tried, and when. All wait equally long, so the
 * records on the topic of retries are due in the order in which they lie there.
 */
public final class Retries {

  private final String topic;
  private final int attempts;
  private final long delayMillis;

  /**
   * @param topic of retries
   * @param attempts how often a request is tried in all, 1 or more
   * @param delayMillis that a request waits before the next try
   */
  public Retries(String topic, int attempts, long delayMillis) {
    if (attempts < 1 || delayMillis < 0) {
      throw new IllegalArgumentException(
          "fleet.attempts must be 1 or more and fleet.retryDelay not negative, but they are %d and %d"
              .formatted(attempts, delayMillis));
    }
    this.topic = topic;
    this.attempts = attempts;
    this.delayMillis = delayMillis;
  }

  /** Which try of a request this is. What a sender says of that itself does not count. */
  int attempt(Message request) {
    if (!topic.equals(request.getHeader(KafkaConstants.TOPIC, String.class))) {
      return 1;
    }
    String attempt = request.getHeader(FleetHeaders.ATTEMPT, String.class);
    return attempt == null || !attempt.matches("[1-9][0-9]{0,3}")
        ? attempts
        : Integer.parseInt(attempt);
  }

  boolean mayTryAgain(int attempt) {
    return attempt < attempts;
  }

  /** Milliseconds until the last request of a batch is due, which is when all are. */
  public long millisUntilDue(List<Exchange> batch) {
    Message last = batch.get(batch.size() - 1).getMessage();
    long written = last.getHeader(KafkaConstants.TIMESTAMP, Long.class);
    long left = written + delayMillis - System.currentTimeMillis();
    return Math.max(0, Math.min(delayMillis, left));
  }
}
