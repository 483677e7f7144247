package io.gpuinfer.samples.fleet.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/** Workers on the topics of a broker, whoever sends them requests, and who reads the answers. */
final class Fleet implements AutoCloseable {

  private static final Duration LONGEST_WITHOUT_ANSWER = Duration.ofMinutes(2);
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(2);

  private final FleetTopics topics;
  private final Progress progress;
  private final Admin admin;
  private final FleetWorkers workers;
  private final Answers answers = new Answers();
  private final LoadGenerator load;
  private final ResultReader reader;

  /**
   * Makes the topics, and starts the reader; no worker yet.
   *
   * @param brokers where Kafka answers
   * @param partitions of each topic
   * @param logs the folder for the workers' logs
   * @param settings of the workers
   */
  Fleet(
      String brokers,
      FleetTopics topics,
      int partitions,
      Path logs,
      WorkerSettings settings,
      Progress progress) {
    this.topics = topics;
    this.progress = progress;
    admin = FleetTopics.admin(brokers);
    topics.create(admin, partitions);
    workers =
        new FleetWorkers(
            logs, settings.with(topics.options()).with(Map.of("fleet.brokers", brokers)));
    load = new LoadGenerator(brokers, topics, 1);
    reader = new ResultReader(brokers, topics, answers);
  }

  FleetWorkers workers() {
    return workers;
  }

  Answers answers() {
    return answers;
  }

  LoadGenerator load() {
    return load;
  }

  ResultReader reader() {
    return reader;
  }

  /**
   * Sends that many requests with new ids.
   *
   * @param prefix of the ids
   * @return the ids
   */
  List<String> send(String prefix, int requests) {
    List<String> ids = IntStream.range(0, requests).mapToObj(i -> prefix + "-" + i).toList();
    ids.forEach(id -> load.send(id, load.text()));
    Map<String, String> refused = load.flush();
    if (ids.stream().anyMatch(refused::containsKey)) {
      throw new IllegalStateException("Kafka did not take all requests: " + refused);
    }
    return ids;
  }

  /** Returns when the workers that were started share the partitions of the requests. */
  void awaitShared() {
    await(
        () -> topics.areSharedBy(admin, workers.names()),
        "all of " + workers.names() + " have partitions");
  }

  /** Kills the worker that has been there for the longest, and starts another in its place. */
  Failover failOver() {
    awaitShared();
    String victim = workers.names().get(0);
    Set<Integer> partitions = topics.partitionsOf(admin, victim);
    Failover failover = new Failover(victim, System.currentTimeMillis(), partitions);
    answers.tell(failover::see);
    workers.kill(victim);
    String next = workers.start(victim.substring(0, victim.lastIndexOf('.')));
    progress.say(
        "kill -9 of %s, which had partitions %s; starting %s".formatted(victim, partitions, next));
    return failover;
  }

  /** Returns when so many ids have been answered in all. */
  void awaitAnswers(int count) {
    int[] last = {answers.count()};
    long[] reported = {System.nanoTime()};
    await(
        () -> {
          int now = answers.count();
          double seconds = (System.nanoTime() - reported[0]) / 1e9;
          if (seconds >= BETWEEN_REPORTS.toSeconds()) {
            progress.say(
                "%d of %d answered, %.0f/s".formatted(now, count, (now - last[0]) / seconds));
            last[0] = now;
            reported[0] = System.nanoTime();
          }
          return now >= count;
        },
        count + " requests are answered");
  }

  private void await(BooleanSupplier condition, String what) {
    int answered = answers.count();
    long since = System.nanoTime();
    while (!condition.getAsBoolean()) {
      workers.check();
      reader.check();
      if (answers.count() != answered) {
        answered = answers.count();
        since = System.nanoTime();
      }
      if (System.nanoTime() - since > LONGEST_WITHOUT_ANSWER.toNanos()) {
        throw new IllegalStateException(
            "Within %d s after the last answer it did not come to this: %s"
                .formatted(LONGEST_WITHOUT_ANSWER.toSeconds(), what));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted", e);
      }
    }
  }

  @Override
  public void close() {
    workers.close();
    reader.close();
    load.close();
    admin.close();
  }
}
