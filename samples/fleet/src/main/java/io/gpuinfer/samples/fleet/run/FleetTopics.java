package io.gpuinfer.samples.fleet.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.KafkaFuture;

/**
 * The topics of one fleet, and its group.
 *
 * @param prefix before each name
 */
record FleetTopics(String prefix) {

  private static final short ONE_COPY = 1;

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

  /** Options of a worker on these topics of a broker. */
  Map<String, String> options(String brokers) {
    return Map.of(
        "fleet.brokers", brokers,
        "fleet.requests", requests(),
        "fleet.results", results(),
        "fleet.retry", retry(),
        "fleet.dead", dead(),
        "fleet.group", group());
  }

  static Admin admin(String brokers) {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers));
  }

  /**
   * Makes all of them, of so many partitions each, on one broker. The topic of retries has one
   * more: otherwise the partition of an id would have the same number on both, and a request might
   * come back to the worker that had no time for it.
   */
  void create(Admin admin, int partitions) {
    List<NewTopic> topics =
        Stream.of(requests(), results(), dead())
            .map(name -> new NewTopic(name, partitions, ONE_COPY))
            .collect(Collectors.toList());
    topics.add(new NewTopic(retry(), partitions + 1, ONE_COPY));
    done(admin.createTopics(topics).all());
  }

  /** The worker that has each partition of the requests; empty while the group rebalances. */
  Map<Integer, String> owners(Admin admin) {
    ConsumerGroupDescription group =
        done(admin.describeConsumerGroups(List.of(group())).describedGroups().get(group()));
    Map<Integer, String> owners = new HashMap<>();
    if (group.state() == ConsumerGroupState.STABLE) {
      for (MemberDescription member : group.members()) {
        member
            .assignment()
            .topicPartitions()
            .forEach(partition -> owners.put(partition.partition(), member.clientId()));
      }
    }
    return owners;
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
