package io.gpuinfer.samples.fleet.run;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends requests, keyed by their ids. */
final class LoadGenerator implements AutoCloseable {

  private static final List<String> WHO =
      List.of("A customer", "The warehouse", "Our driver", "A supplier", "The shop", "A neighbour");
  private static final List<String> DOES =
      List.of("asks for", "is waiting for", "has returned", "cannot find", "has paid for", "broke");
  private static final List<String> WHAT =
      List.of("a phone", "the red box", "two tickets", "a new lamp", "an old chair", "the invoice");

  private final String topic;
  private final KafkaProducer<String, byte[]> producer;
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private final Random random;

  /**
   * @param seed of the texts
   */
  LoadGenerator(String brokers, FleetTopics topics, long seed) {
    topic = topics.requests();
    random = new Random(seed);
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                // So that it is the broker that decides what is too large.
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                16 << 20),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** A sentence of some ten words' length. */
  String text() {
    return "%s %s %s in order %d".formatted(any(WHO), any(DOES), any(WHAT), random.nextInt(10_000));
  }

  private String any(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  /**
   * Sends a request without waiting for the broker.
   *
   * @param id or null, which the workers refuse
   * @param value the text in UTF-8, or null, which they refuse as well
   */
  void send(String id, byte[] value) {
    // What becomes of it is told to the callback.
    Future<RecordMetadata> unused =
        producer.send(
            new ProducerRecord<>(topic, id, value),
            (metadata, failure) -> {
              if (failure != null) {
                failures.put(String.valueOf(id), reason(value, failure));
              }
            });
  }

  void send(String id, String text) {
    send(id, text.getBytes(StandardCharsets.UTF_8));
  }

  private String reason(byte[] value, Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      return "A request of %d bytes is larger than the broker allows on topic %s (its max.message.bytes)"
          .formatted(value.length, topic);
    }
    return failure.toString();
  }

  /**
   * Sends a text under each of these ids, and returns when the broker has all of them.
   *
   * @param perSecond at equal distances; 0 as fast as the broker takes them
   * @throws IllegalStateException when the broker refused one
   */
  void sendTexts(List<String> ids, double perSecond) {
    long begin = System.nanoTime();
    for (int i = 0; i < ids.size(); i++) {
      if (perSecond > 0) {
        LockSupport.parkNanos(begin + (long) (i / perSecond * 1e9) - System.nanoTime());
      }
      send(ids.get(i), text());
    }
    Map<String, String> refused = flush();
    if (ids.stream().anyMatch(refused::containsKey)) {
      throw new IllegalStateException("Kafka did not take all requests: " + refused);
    }
  }

  /** Waits until the broker has or has refused all that was sent; ids and reasons of the latter. */
  Map<String, String> flush() {
    producer.flush();
    return Map.copyOf(failures);
  }

  @Override
  public void close() {
    producer.close();
  }
}
