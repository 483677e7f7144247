package io.gpuinfer.tasks.text;

import static io.gpuinfer.tasks.text.TestVectors.cosine;
import static io.gpuinfer.tasks.text.TestVectors.unit;
import static java.util.Comparator.comparingDouble;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three real models find what says the same in other words, among all that others say and one
 * sentence each that shares its words but not its meaning; and their vectors are those of the same
 * pipeline over ONNX Runtime.
 */
class ParaphraseTest {

  /** A sentence, the same in other words, and other things in much the same words. */
  private record Group(String sentence, String paraphrase, String distractor) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "How do I change my password?",
              "What are the steps to reset my login credentials?",
              "How do I change my tyres?"),
          new Group(
              "The company's profits rose sharply last quarter.",
              "Earnings at the firm increased steeply in the last three months.",
              "The company's car park was closed last quarter."),
          new Group(
              "A man is playing a guitar on stage.",
              "A musician performs with his guitar in front of an audience.",
              "A man is painting a guitar shop."),
          new Group(
              "The flight was delayed because of heavy snow.",
              "Bad winter weather made the plane leave late.",
              "The snow on the mountain was heavy and wet."),
          new Group(
              "She is allergic to peanuts.",
              "Eating peanuts makes her ill.",
              "She is selling peanuts."),
          new Group(
              "The children are playing football in the park.",
              "Kids kick a ball around on the grass outside.",
              "The children are asleep in the car."),
          new Group(
              "Water boils at one hundred degrees Celsius.",
              "At 100 °C water turns into steam.",
              "One hundred people were waiting for water."),
          new Group(
              "The doctor prescribed antibiotics for the infection.",
              "The physician gave her medicine against the bacteria.",
              "The doctor bought a new house."),
          new Group(
              "Please turn off the lights before you leave.",
              "Switch the lamps off when you go, please.",
              "Please leave the keys at the front desk."));

  @ParameterizedTest
  @CsvSource({
    "all-minilm-l6-v2, mean, ''",
    "bge-small-en-v1.5, cls, ''",
    "e5-small-v2, mean, 'query: '"
  })
  void shouldRankTheParaphraseFirst(String resource, String pooling, String prefix)
      throws Exception {
    ModelEntry entry =
        Devices.text(resource, resource, Map.of("pooling", pooling, "prefix", prefix));
    Function<float[][], float[]> pool =
        pooling.equals("cls") ? tokens -> tokens[0] : TestVectors::mean;
    // The OpenCL device where there is one: the host's is the oracle itself.
    String device = Devices.all().reduce((first, last) -> last).orElseThrow();

    try (Task task = Devices.task(entry, device);
        TextOracle oracle = new TextOracle(entry)) {
      Map<String, float[]> vectors = embed(task);

      for (Group group : GROUPS) {
        float[] vector = vectors.get(group.sentence());
        assertThat(candidates().max(comparingDouble(c -> cosine(vector, vectors.get(c)))))
            .as(group.sentence())
            .hasValue(group.paraphrase());
        float[] expected = unit(pool.apply(oracle.hidden(prefix + group.sentence())));
        assertThat(vector).containsExactly(expected, within(1e-4f));
      }
    }
  }

  private static Stream<String> candidates() {
    return GROUPS.stream().flatMap(group -> Stream.of(group.paraphrase(), group.distractor()));
  }

  private static Map<String, float[]> embed(Task task) {
    List<String> texts = Stream.concat(GROUPS.stream().map(Group::sentence), candidates()).toList();
    List<?> vectors =
        (List<?>)
            task.submit(texts, TaskCall.of(Priority.NORMAL)).toCompletableFuture().join().value();
    return IntStream.range(0, texts.size())
        .boxed()
        .collect(Collectors.toMap(texts::get, i -> (float[]) vectors.get(i)));
  }
}
