package io.gpuinfer.samples.fleet.run;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * The topics of one fleet, and its group.
 *
 * @param prefix before each name
 */
record FleetTopics(String prefix) {

  String requests() {
    return prefix + ".requests";
  }

  String results() {
    return prefix + ".results";
  }

  String retry() {
    return prefix + ".retry";
  }

  String dead() {
    return prefix + ".dead";
  }

  String group() {
    return prefix + "-workers";
  }

  /** Options of a worker. */
  Map<String, String> options() {
    return Map.of(
        "fleet.requests", requests(),
        "fleet.results", results(),
        "fleet.retry", retry(),
        "fleet.dead", dead(),
        "fleet.group", group());
  }

  static Admin admin(String brokers) {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers));
  }

  /** Makes all of them, of so many partitions each, on one broker. */
  void create(Admin admin, int partitions) {
    List<NewTopic> topics =
        Stream.of(requests(), results(), retry(), dead())
            .map(name -> new NewTopic(name, partitions, (short) 1))
            .toList();
    done(admin.createTopics(topics).all());
  }

  /** Whether these workers, and no others, share the partitions of the requests. */
  boolean areSharedBy(Admin admin, Collection<String> workers) {
    ConsumerGroupDescription group = group(admin);
    return group.state() == ConsumerGroupState.STABLE
        && group.members().size() == workers.size()
        && workers.stream().noneMatch(worker -> partitionsOf(group, worker).isEmpty());
  }

  /** The partitions of the requests that a worker has. */
  Set<Integer> partitionsOf(Admin admin, String worker) {
    return partitionsOf(group(admin), worker);
  }

  private static Set<Integer> partitionsOf(ConsumerGroupDescription group, String worker) {
    return group.members().stream()
        .filter(member -> member.clientId().equals(worker))
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .map(TopicPartition::partition)
        .collect(Collectors.toSet());
  }

  private ConsumerGroupDescription group(Admin admin) {
    return done(admin.describeConsumerGroups(List.of(group())).describedGroups().get(group()));
  }

  private static <T> T done(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka refused: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
