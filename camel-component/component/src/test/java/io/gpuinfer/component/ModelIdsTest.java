package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.tasks.TaskType;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelIdsTest {

  private final ModelIds ids = new ModelIds();

  @Test
  void shouldTellWhatAModelIsUsedFor() {
    GpuInferConfiguration rerank = new GpuInferConfiguration();
    rerank.setTask(TaskType.RERANK);
    rerank.setDevice("cpu");

    assertThat(ids.of(ModelKey.of("m", new GpuInferConfiguration()))).isEqualTo("m@auto");
    assertThat(ids.of(ModelKey.of("m", rerank))).isEqualTo("m@cpu:rerank");
  }

  @Test
  void shouldGiveTheSameModelTheSameIdAndNoOtherOne() {
    GpuInferConfiguration small = new GpuInferConfiguration();
    small.setMaxBatchSize(2);

    assertThat(ids.of(ModelKey.of("m", new GpuInferConfiguration()))).isEqualTo("m@auto");
    assertThat(ids.of(ModelKey.of("m", small))).isEqualTo("m@auto#2");
    assertThat(ids.of(ModelKey.of("m", new GpuInferConfiguration()))).isEqualTo("m@auto");
  }

  @Test
  void shouldForgetTheOldestOfVeryManyAndNoneInUse() {
    GpuInferConfiguration used = new GpuInferConfiguration();
    used.setMaxBatchSize(2);
    assertThat(ids.of(ModelKey.of("m", new GpuInferConfiguration()))).isEqualTo("m@auto");
    Set<String> given = new HashSet<>();
    for (int size = 1; size <= 2000; size++) {
      GpuInferConfiguration other = new GpuInferConfiguration();
      other.setQueueCapacity(size);
      given.add(ids.of(ModelKey.of("m" + size, other)));
      assertThat(ids.of(ModelKey.of("m", used))).isEqualTo("m@auto#2");
    }

    assertThat(given).hasSize(2000);
  }
}
