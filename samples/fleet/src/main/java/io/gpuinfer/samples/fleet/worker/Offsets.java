package io.gpuinfer.samples.fleet.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Commits what was polled. Camel's own commit of a batch is that of its last record, and so of one
 * partition; a poll has records of several.
 */
public final class Offsets {

  private static final Duration LONGEST = Duration.ofSeconds(5);

  /**
   * Commits, in one request, the offset after the last record of each partition that is still this
   * worker's. Where one has gone to another worker meanwhile, that one reads these records again,
   * and an older offset must not take the place of what it has committed since.
   *
   * @param polled the exchanges of a batch, as the consumer made them
   */
  public void commit(@Variable("polled") List<Exchange> polled) {
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    Consumer<?, ?> consumer = null;
    for (Exchange record : polled) {
      DefaultKafkaManualCommit commit =
          record
              .getMessage()
              .getHeader(KafkaConstants.MANUAL_COMMIT, DefaultKafkaManualCommit.class);
      consumer = commit.getCamelExchangePayload().consumer;
      next.merge(
          commit.getPartition(),
          new OffsetAndMetadata(commit.getRecordOffset() + 1),
          (one, other) -> one.offset() > other.offset() ? one : other);
    }
    if (consumer != null) {
      next.keySet().retainAll(consumer.assignment());
      consumer.commitSync(next, LONGEST);
    }
  }
}
