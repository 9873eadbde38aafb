package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {

  @Test
  void theCommandsAreThese() {
    assertEquals(
        Set.of(
            "segment",
            "classify",
            "info",
            "evaluate",
            "prepare",
            "train",
            "models",
            "phantom",
            "demo",
            "bench"),
        new CommandLine(new PancreasAi()).getSubcommands().keySet());
  }

  @ParameterizedTest
  @MethodSource("allCommands")
  void everyCommandShowsExamplesAndExplainsItsOptions(CommandLine command) {
    String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF);

    assertTrue(usage.contains("Examples:"), usage);
    command
        .getCommandSpec()
        .args()
        .forEach(argument -> assertTrue(argument.description().length > 0, argument::toString));
    List<String> lines = usage.lines().toList();
    assertTrue(lines.stream().allMatch(line -> line.length() <= 100), usage);
  }

  private static Stream<CommandLine> allCommands() {
    return withSubcommands(new CommandLine(new PancreasAi()));
  }

  private static Stream<CommandLine> withSubcommands(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().flatMap(HelpTest::withSubcommands));
  }
}
