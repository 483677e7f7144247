package io.gpuinfer.samples.fleet.worker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a worker's start until Kafka answers, and says so meanwhile. Without it the worker would
 * start all the same, and Kafka's client would try again and again, but the log would have nothing
 * but that client's warnings.
 */
final class BrokerWait {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerWait.class);
  private static final Duration TRY = Duration.ofSeconds(5);

  private final String brokers;

  /**
   * @param brokers hosts and ports, between commas
   */
  BrokerWait(String brokers) {
    this.brokers = brokers;
  }

  /** Returns once a broker has answered, however long that takes. */
  void untilThere() {
    Map<String, Object> options =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            brokers,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) TRY.toMillis(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            (int) TRY.toMillis(),
            AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG,
            200L,
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            500L);
    long begin = System.nanoTime();
    try (Admin admin = Admin.create(options)) {
      boolean waited = false;
      while (!answers(admin)) {
        waited = true;
        LOG.warn(
            "Kafka does not answer at {} (fleet.brokers): waiting for it, since {} s",
            brokers,
            Duration.ofNanos(System.nanoTime() - begin).toSeconds());
      }
      if (waited) {
        LOG.info("Kafka answers at {}: going on", brokers);
      }
    }
  }

  private static boolean answers(Admin admin) {
    try {
      admin.describeCluster().nodes().get();
      return true;
    } catch (ExecutionException e) {
      LOG.debug("No answer yet", e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for Kafka", e);
    }
  }
}
