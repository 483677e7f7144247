package io.gpuinfer.samples.fleet.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
  private final List<Failover> failovers = new ArrayList<>();
  private final LoadGenerator load;
  private final ResultReader reader;

  /**
   * Makes the topics, and starts the reader.
   *
   * @param brokers where Kafka answers
   * @param partitions of each topic
   * @param workers of these topics, which may have been started; closed with this
   */
  Fleet(
      String brokers, FleetTopics topics, int partitions, FleetWorkers workers, Progress progress) {
    this.topics = topics;
    this.workers = workers;
    this.progress = progress;
    admin = FleetTopics.admin(brokers);
    topics.create(admin, partitions);
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

  /** Returns when all workers that were started, and no others, have partitions of the requests. */
  void awaitShared() {
    await(
        () -> new HashSet<>(topics.owners(admin).values()).equals(Set.copyOf(workers.names())),
        "all of " + workers.names() + " have partitions");
  }

  /** Kills the worker that has been there for the longest, and starts another in its place. */
  Failover failOver() {
    awaitShared();
    String victim = workers.names().get(0);
    Map<Integer, String> owners = topics.owners(admin);
    owners.values().retainAll(Set.of(victim));
    Failover failover = new Failover(victim, System.currentTimeMillis(), owners.keySet());
    answers.tell(failover::see);
    failovers.add(failover);
    workers.kill(victim);
    String next = workers.start(victim.substring(0, victim.lastIndexOf('.')));
    progress.say(
        "kill -9 of %s, which had partitions %s; starting %s"
            .formatted(victim, owners.keySet(), next));
    return failover;
  }

  /** Returns when all of these ids have been answered. */
  void awaitAnswers(List<String> ids) {
    awaitAnswers(ids, ids.size());
  }

  /** Returns when so many of these ids have been answered. */
  void awaitAnswers(List<String> ids, int count) {
    int[] last = {answers.count(ids)};
    long[] reported = {System.nanoTime()};
    await(
        () -> {
          int now = answers.count(ids);
          double seconds = (System.nanoTime() - reported[0]) / 1e9;
          if (seconds >= BETWEEN_REPORTS.toSeconds()) {
            progress.say(
                "%d of %d answered, %.0f/s".formatted(now, ids.size(), (now - last[0]) / seconds));
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
    while (true) {
      watch();
      if (condition.getAsBoolean()) {
        return;
      }
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

  private void watch() {
    workers.check();
    reader.check();
    if (!failovers.stream().allMatch(Failover::isOver)) {
      Map<Integer, String> owners = topics.owners(admin);
      long now = System.currentTimeMillis();
      failovers.forEach(failover -> failover.see(owners, now));
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
