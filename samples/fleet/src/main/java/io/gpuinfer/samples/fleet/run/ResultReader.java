package io.gpuinfer.samples.fleet.run;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads results and dead letters from their beginning, and hands each id on once: a worker that
 * died between writing and committing has left its last poll to be answered again. The ids are in
 * memory here; a reader that may itself die keeps them where it keeps the results, such as under a
 * unique key in the same transaction.
 */
final class ResultReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Consumer<Answer> answers;
  private final Set<String> seen = new HashSet<>();
  private volatile RuntimeException failure;
  private final AtomicInteger duplicates = new AtomicInteger();
  private final Thread thread = new Thread(this::read, "results");

  /**
   * @param answers gets each answer with a new id, and dead letters without an id, on the reader's
   *     thread
   */
  ResultReader(String brokers, FleetTopics topics, Consumer<Answer> answers) {
    this.answers = answers;
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Stream.of(topics.results(), topics.dead())
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    thread.start();
  }

  private void read() {
    try (consumer) {
      while (true) {
        for (ConsumerRecord<String, byte[]> written : consumer.poll(POLL)) {
          if (written.key() == null || seen.add(written.key())) {
            answers.accept(Answer.of(written));
          } else {
            duplicates.incrementAndGet();
          }
        }
      }
    } catch (WakeupException e) {
      // Told to end.
      return;
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Fails where the reader has. */
  void check() {
    if (failure != null) {
      throw new IllegalStateException("The reader of the results has failed", failure);
    }
  }

  /** How many more answers were on the topics, with ids that had been answered. */
  int duplicates() {
    return duplicates.get();
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
