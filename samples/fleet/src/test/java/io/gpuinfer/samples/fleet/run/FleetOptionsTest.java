package io.gpuinfer.samples.fleet.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetOptionsTest {

  @Test
  void whatIsNotSaidHasADefault() {
    assertThat(FleetOptions.parse("--messages", "20000", "--kills", "2"))
        .isEqualTo(new FleetOptions(20_000, 2, 2, 2, 8, 1, "opencl"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--message 5              | There is no option --message",
        "--messages               | --messages wants a value",
        "--messages many          | --messages wants a number from 1 to 200000, not many",
        "--kills -1               | --kills wants a number from 0 to 1000, not -1",
        "--workers 9              | 9 workers want as many partitions, or more: a partition is read"
            + " by one of them"
      })
  void whatIsWrongIsSaid(String line, String message) {
    assertThatThrownBy(() -> FleetOptions.parse(line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
