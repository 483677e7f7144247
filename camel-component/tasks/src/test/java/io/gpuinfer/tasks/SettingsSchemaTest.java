package io.gpuinfer.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.repository.KnownSetting;
import io.gpuinfer.serving.repository.KnownSettings;
import io.gpuinfer.serving.repository.ModelEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code model.schema.json} lets stand in a {@code model.yaml} is what the tasks understand.
 * Each task is asked as a user would find out: by a setting that it cannot know.
 */
class SettingsSchemaTest {

  private static final Pattern KNOWN = Pattern.compile("it knows \\[(.*)]");

  private static final JsonNode SCHEMA = schema();

  /** Those that a description can name; a kernel is named by its endpoint, and has none. */
  static Stream<TaskType> tasks() {
    return Arrays.stream(TaskType.values())
        .filter(type -> type != TaskType.AUTO && type != TaskType.KERNEL);
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void shouldDescribeEachSettingThatATaskKnowsAndNoOther(TaskType type) {
    Set<String> settings = known(type);
    settings.removeAll(names(KnownSettings.ofAllTasks()));

    assertThat(names(KnownSettings.ofTask(nameOf(type)))).isEqualTo(settings);
  }

  /** Sections such as {@code limits} may be in any description; each of theirs is some task's. */
  @Test
  void shouldDescribeNoSettingOfAllTasksThatNoneKnows() {
    Set<String> known =
        tasks()
            .flatMap(type -> known(type).stream())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(known).containsAll(names(KnownSettings.ofAllTasks()));
  }

  @Test
  void shouldNameEachTaskAndWhereItsSettingsAreDescribed() {
    Set<String> expected =
        tasks().map(SettingsSchemaTest::nameOf).collect(Collectors.toCollection(TreeSet::new));

    assertThat(texts(SCHEMA.at("/properties/task/enum"))).isEqualTo(expected);
    for (JsonNode choice : SCHEMA.get("allOf")) {
      String task = choice.at("/if/properties/task/const").textValue();
      assertThat(choice.at("/then/properties/settings/$ref").textValue())
          .isEqualTo("#/$defs/" + task);
      expected.remove(task);
    }
    assertThat(expected).as("tasks without a choice under allOf").isEmpty();
  }

  private static Set<String> known(TaskType type) {
    ModelEntry entry =
        new ModelEntry(
            "m", "1", nameOf(type), Map.of(), Devices.settings(Map.of("no such setting", "x")));
    ModelLoadException refused =
        catchThrowableOfType(ModelLoadException.class, () -> Devices.task(entry, "cpu").close());
    assertThat(refused).as("task %s looks at its settings before its files", type).isNotNull();
    Matcher known = KNOWN.matcher(refused.getMessage());
    assertThat(known.find()).as(refused.getMessage()).isTrue();
    return Stream.of(known.group(1).split(", "))
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String nameOf(TaskType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static Set<String> names(List<KnownSetting> settings) {
    return settings.stream().map(KnownSetting::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new TreeSet<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private static JsonNode schema() {
    try (InputStream schema = ModelEntry.class.getResourceAsStream("model.schema.json")) {
      return new ObjectMapper().readTree(schema);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
