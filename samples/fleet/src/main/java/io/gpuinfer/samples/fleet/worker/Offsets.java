package io.gpuinfer.samples.fleet.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what was polled. Camel's own commit of a batch is that of its last record, and so of one
 * partition; a poll has records of several.
 */
public final class Offsets {

  private static final Logger LOG = LoggerFactory.getLogger(Offsets.class);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Of each topic, what could not be committed while its group rebalanced. */
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> late =
      new ConcurrentHashMap<>();

  /**
   * Commits, in one request, the offset after the last record of each partition that is still this
   * worker's. Where one has gone to another worker meanwhile, that one reads these records again,
   * and an older offset must not take the place of what it has committed since.
   *
   * <p>While the group rebalances, commits are refused until the consumer polls again. Then the
   * next poll's commit has these offsets, too.
   *
   * @param polled the exchanges of a batch, as the consumer made them
   */
  public void commit(@Variable("polled") List<Exchange> polled) {
    DefaultKafkaManualCommit any = commitOf(polled.get(0));
    Map<TopicPartition, OffsetAndMetadata> next =
        late.computeIfAbsent(any.getTopicName(), topic -> new HashMap<>());
    for (Exchange record : polled) {
      DefaultKafkaManualCommit commit = commitOf(record);
      next.merge(
          commit.getPartition(),
          new OffsetAndMetadata(commit.getRecordOffset() + 1),
          (one, other) -> one.offset() > other.offset() ? one : other);
    }
    Consumer<?, ?> consumer = any.getCamelExchangePayload().consumer;
    next.keySet().retainAll(consumer.assignment());
    try {
      consumer.commitSync(next, LONGEST);
      next.clear();
    } catch (RebalanceInProgressException | CommitFailedException e) {
      LOG.info("Offsets {} are committed with the next poll: {}", next, e.getMessage());
    }
  }

  private static DefaultKafkaManualCommit commitOf(Exchange polled) {
    return polled
        .getMessage()
        .getHeader(KafkaConstants.MANUAL_COMMIT, DefaultKafkaManualCommit.class);
  }
}
