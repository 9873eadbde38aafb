package ai.pancreas.engine;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.model.Model;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The engines on the class path, and the choice among them. Immutable and thread-safe. */
public final class Engines {

  /** Asks for the first engine, in the order of {@link EngineProvider#order}, that can run. */
  public static final String AUTO = "auto";

  private static final Logger LOG = System.getLogger(Engines.class.getName());

  private final List<EngineProvider> providers;

  /**
   * The engines that {@link ServiceLoader} finds.
   *
   * @throws PancreasException {@code DEVICE} if an engine is listed but cannot be made
   */
  public Engines() {
    this(load());
  }

  Engines(List<EngineProvider> providers) {
    this.providers =
        providers.stream().sorted(Comparator.comparingInt(EngineProvider::order)).toList();
  }

  /** The names of all engines, in the order in which {@link #AUTO} tries them. */
  public List<String> names() {
    return providers.stream().map(EngineProvider::name).toList();
  }

  /**
   * Builds a segmentation model's network.
   *
   * @param name an engine's name, or {@link #AUTO}, which logs what it took and why not the others;
   *     if that runs on a device which fails later, the next engine takes over, and a warning says
   *     so
   * @throws PancreasException {@code USAGE} if no engine has this name; {@code DEVICE} if the
   *     engine asked for, or every engine, cannot run here; {@code MODEL} if the model is not valid
   */
  public Engine open(String name, Model model, EngineOptions options) {
    return open(name, model, provider -> open(provider, model, options, name.equals(AUTO)));
  }

  /** Where any engine will do, one on a device is given another that can take over. */
  private Engine open(
      EngineProvider provider, Model model, EngineOptions options, boolean anyWillDo) {
    Engine engine = provider.open(model, options);
    if (!anyWillDo || !provider.usesDevice()) {
      return engine;
    }
    List<EngineProvider> later =
        providers.subList(providers.indexOf(provider) + 1, providers.size());
    return new FallingBackEngine(engine, () -> new Engines(later).open(AUTO, model, options));
  }

  /**
   * Builds a classification model's network.
   *
   * @param name as for {@link #open}
   * @throws PancreasException as for {@link #open}
   */
  public ClassificationEngine openClassifier(String name, Model model, EngineOptions options) {
    return open(name, model, provider -> provider.openClassifier(model, options));
  }

  private <T> T open(String name, Model model, Function<EngineProvider, T> opening) {
    if (name.equals(AUTO)) {
      return openFirst(model, opening);
    }
    EngineProvider provider = provider(name);
    Optional<String> reason = provider.unavailable(model);
    if (reason.isPresent()) {
      throw new PancreasException(
          ErrorCode.DEVICE, "engine " + name + " cannot run here: " + reason.get());
    }
    return opening.apply(provider);
  }

  /**
   * Checks a name without opening anything.
   *
   * @throws PancreasException {@code USAGE} if it is neither an engine's name nor {@link #AUTO}
   */
  public void requireKnown(String name) {
    if (!name.equals(AUTO)) {
      provider(name);
    }
  }

  private EngineProvider provider(String name) {
    return providers.stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new PancreasException(
                    ErrorCode.USAGE,
                    "no engine is called " + name + "; engines here: " + choices()));
  }

  private <T> T openFirst(Model model, Function<EngineProvider, T> opening) {
    List<String> rejected = new ArrayList<>();
    for (EngineProvider provider : providers) {
      Optional<String> reason = provider.unavailable(model);
      if (reason.isPresent()) {
        rejected.add("not " + provider.name() + " (" + reason.get() + ")");
        continue;
      }
      try {
        T engine = opening.apply(provider);
        LOG.log(Level.INFO, "engine {0}{1}", provider.name(), joined(rejected));
        return engine;
      } catch (PancreasException e) {
        if (e.code() != ErrorCode.DEVICE) {
          throw e;
        }
        rejected.add("not " + provider.name() + " (" + e.getMessage() + ")");
      }
    }
    throw new PancreasException(
        ErrorCode.DEVICE,
        rejected.isEmpty()
            ? "there is no engine on the class path; add pancreas-tensorflow"
            : "no engine can run here" + joined(rejected));
  }

  private static String joined(List<String> reasons) {
    return reasons.stream().map(reason -> ", " + reason).collect(Collectors.joining());
  }

  private String choices() {
    return AUTO + names().stream().map(name -> ", " + name).collect(Collectors.joining());
  }

  private static List<EngineProvider> load() {
    try {
      return ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError e) {
      throw new PancreasException(
          ErrorCode.DEVICE, "an engine on the class path cannot be made: " + e.getMessage(), e);
    }
  }
}
